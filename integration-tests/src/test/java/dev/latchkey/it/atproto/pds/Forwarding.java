package dev.latchkey.it.atproto.pds;

import dev.latchkey.it.atproto.lab.Call;
import dev.latchkey.it.atproto.lab.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** A proxy that has the certificate, in front of an application that has none. */
final class Forwarding {

    static final List<String> PATHS =
            List.of("/", "/login", "/callback", "/logout", "/client-metadata.json", "/style.css");

    private final HttpClient http = HttpClient.newHttpClient();
    private final int port;

    Forwarding(int port) {
        this.port = port;
    }

    Reply reply(Call call) {
        String query = call.query().entrySet().stream()
                .flatMap(parameter -> parameter.getValue().stream()
                        .map(value -> parameter.getKey() + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)))
                .collect(Collectors.joining("&"));
        URI there = URI.create("http://127.0.0.1:" + port + call.path() + (query.isEmpty() ? "" : "?" + query));
        HttpRequest.Builder request =
                HttpRequest.newBuilder(there).method(call.method(), BodyPublishers.ofString(call.body()));
        call.header("Cookie").ifPresent(cookies -> request.header("Cookie", cookies));
        try {
            HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
            Reply reply = Reply.of(response.statusCode(), "text/plain", response.body());
            for (String name : List.of("Content-Type", "Content-Security-Policy", "Location", "Set-Cookie")) {
                String value = response.headers().firstValue(name).orElse("");
                reply = value.isEmpty() ? reply : reply.with(name, value);
            }
            return reply;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
