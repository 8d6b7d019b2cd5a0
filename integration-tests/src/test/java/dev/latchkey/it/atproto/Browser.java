package dev.latchkey.it.atproto;

import dev.latchkey.it.atproto.lab.Lab;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Goes where an application sends a browser, and tells where it is sent back to. */
final class Browser {

    private Browser() {}

    static URI visit(Lab lab, URI uri) {
        try {
            HttpClient client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(lab.trust().client())
                    .build();
            HttpResponse<String> page =
                    client.send(HttpRequest.newBuilder(lab.at(uri)).build(), HttpResponse.BodyHandlers.ofString());
            return page.headers()
                    .firstValue("Location")
                    .map(URI::create)
                    .orElseThrow(() -> new AssertionError(page.statusCode() + " " + page.body()));
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
