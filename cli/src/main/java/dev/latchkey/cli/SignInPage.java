package dev.latchkey.cli;

import dev.latchkey.auth.interactive.Browser;
import java.io.IOException;
import java.net.URI;

/** The server's page where somebody signs in, in whatever browser there is. */
final class SignInPage {

    private SignInPage() {}

    /**
     * Opens the page, or says where it is.
     *
     * @param otherwise what one may do on a machine without a browser, to be added to a sentence
     */
    static void show(Terminal terminal, boolean noBrowser, URI page, String otherwise) {
        if (!noBrowser && terminal.browser().isPresent()) {
            Browser browser = terminal.browser().get();
            try {
                browser.open(page);
                terminal.tell("Go on in the browser, where the sign-in page has been opened.");
                return;
            } catch (IOException e) {
                terminal.tell("The browser cannot be opened: " + e.getMessage() + ".");
            }
        }
        terminal.tell("Open this address in a browser on this machine" + otherwise + ":");
        terminal.tell("  " + page.toASCIIString());
    }
}
