package dev.latchkey.auth.interactive;

import java.io.IOException;
import java.net.URI;

/** Shows a page to the user, outside of the application (RFC 8252 §4): never in an embedded web view. */
@FunctionalInterface
public interface Browser {
    /**
     * Opens a page and returns without waiting for the user.
     *
     * @param uri the page; it names the authorization request, so it is not for logs
     * @throws IOException if no browser could be started; the message says what to do
     */
    void open(URI uri) throws IOException;
}
