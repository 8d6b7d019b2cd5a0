package dev.latchkey.cli;

import dev.latchkey.auth.interactive.Browser;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.util.function.UnaryOperator;

/** Fills in the sign-in pages by itself, and brings the answer to the redirect URI as a browser would. */
final class UnattendedBrowser implements Browser {

    private static final int MILLIS = 10_000;

    private final UnaryOperator<URI> pages;

    /**
     * @param pages goes through the pages, and gives the address that they lead back to
     */
    UnattendedBrowser(UnaryOperator<URI> pages) {
        this.pages = pages;
    }

    @Override
    public void open(URI page) throws IOException {
        URI answer;
        try {
            answer = pages.apply(page);
        } catch (IllegalStateException e) {
            throw new IOException("the sign-in pages were not understood: " + e.getMessage(), e);
        }
        // The receiver answers once it is waited for, which this thread goes on to do.
        Thread visit = new Thread(() -> visit(answer), "latchkey-demo-browser");
        visit.setDaemon(true);
        visit.start();
    }

    private static void visit(URI answer) {
        try {
            HttpURLConnection connection = (HttpURLConnection) answer.toURL().openConnection(Proxy.NO_PROXY);
            connection.setConnectTimeout(MILLIS);
            connection.setReadTimeout(MILLIS);
            try (InputStream shown = connection.getInputStream()) {
                shown.readAllBytes();
            }
        } catch (IOException e) {
            // The receiver closes at once when it has what it waits for; whether it has is seen there.
        }
    }
}
