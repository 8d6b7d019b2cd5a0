package dev.latchkey.it.atproto.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;

/** How the lab's own servers fetch, without redirects and without leaving traces in the log. */
final class LabFetch {

    private final HttpClient client;
    private final UnaryOperator<URI> places;
    private final String own;

    LabFetch(SSLContext trust, UnaryOperator<URI> places, String own) {
        this.client = HttpClient.newBuilder()
                .sslContext(trust)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        this.places = places;
        this.own = own;
    }

    HttpResponse<String> get(URI uri) {
        try {
            return client.send(
                    HttpRequest.newBuilder(places.apply(uri))
                            .header("X-Lab", own)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
