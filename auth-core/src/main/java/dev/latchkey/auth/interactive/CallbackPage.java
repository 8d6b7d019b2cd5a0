package dev.latchkey.auth.interactive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** What the browser is shown. Static: nothing of a request is repeated, so nothing can be smuggled into a page. */
enum CallbackPage {
    DONE(
            "200 OK",
            "Back to the application",
            "The sign-in page has done its part. You can close this window and go back to the application."),
    FAILED(
            "200 OK",
            "You are not signed in",
            "The sign-in was not finished. Close this window and go back to the application: it knows more."),
    REFUSED(
            "400 Bad Request",
            "This is not the expected sign-in",
            "This answer belongs to another sign-in. Finish the newest one, or start again from the application."),
    NOT_FOUND("404 Not Found", "Nothing here", "Only the answer of a sign-in is received here.");

    private final String response;

    CallbackPage(String status, String title, String text) {
        String html = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                + "<meta name=\"viewport\" content=\"width=device-width\">\n"
                + "<meta name=\"color-scheme\" content=\"light dark\">\n"
                + "<title>" + title + "</title>\n</head>\n<body>\n<h1>" + title + "</h1>\n<p>" + text
                + "</p>\n</body>\n</html>\n";
        response = "HTTP/1.1 " + status + "\r\n"
                + "Content-Type: text/html; charset=utf-8\r\n"
                + "Content-Length: " + html.length() + "\r\n"
                + "Cache-Control: no-store\r\n"
                + "Referrer-Policy: no-referrer\r\n"
                + "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"
                + "X-Content-Type-Options: nosniff\r\n"
                + "Connection: close\r\n\r\n"
                + html;
    }

    void writeTo(OutputStream out) throws IOException {
        out.write(response.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }
}
