package dev.latchkey.examples.atproto;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** What the browser gets: made whole before the first byte is sent, so that a failure is never in the middle of a page. */
final class Answer {

    // form-action: browsers hold the redirects that follow a form to it too, and a sign-in goes to anybody's server.
    private static final String POLICY =
            "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none';"
                    + " form-action 'self' https: http://localhost:*";

    private final int status;
    private final byte[] body;
    private final Headers headers = new Headers();

    private Answer(int status, byte[] body) {
        this.status = status;
        this.body = body;
        headers.set("Cache-Control", "no-store");
        headers.set("Content-Security-Policy", POLICY);
        headers.set("Cross-Origin-Opener-Policy", "same-origin");
        headers.set("Referrer-Policy", "no-referrer");
        headers.set("X-Content-Type-Options", "nosniff");
    }

    static Answer page(int status, Html page) {
        return of(status, page.toString().getBytes(StandardCharsets.UTF_8))
                .with("Content-Type", "text/html; charset=utf-8");
    }

    static Answer of(int status, byte[] body) {
        return new Answer(status, body);
    }

    /** Sends the browser elsewhere, by GET. */
    static Answer seeOther(URI where) {
        return of(303, new byte[0]).with("Location", where.toString());
    }

    /** Sets a header; cookies are added to each other. */
    Answer with(String name, String value) {
        if (name.equals("Set-Cookie")) {
            headers.add(name, value);
        } else {
            headers.set(name, value);
        }
        return this;
    }

    void send(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().putAll(headers);
        boolean silent = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, silent ? -1 : body.length);
        if (!silent) {
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }
}
