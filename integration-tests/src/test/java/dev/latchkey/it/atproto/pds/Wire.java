package dev.latchkey.it.atproto.pds;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Remembers what was sent to the server, and how it answered. */
final class Wire implements HttpTransport {

    /** A request and its answer. */
    static final class Exchange {
        private final String line;
        private final TransportHeaders request;
        private final TransportHeaders response;

        private Exchange(TransportRequest request, TransportResponse response) {
            this.line = request.method() + " " + request.uri().getPath() + " " + response.status();
            this.request = request.headers();
            this.response = response.headers();
        }

        String line() {
            return line;
        }

        TransportHeaders request() {
            return request;
        }

        TransportHeaders response() {
            return response;
        }
    }

    private static final Pattern LOGIN_HINT = Pattern.compile("&login_hint=[^&]*");

    private final HttpTransport below;
    private volatile boolean withoutHint;
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();

    Wire(HttpTransport below) {
        this.below = below;
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        TransportResponse response = below.send(withoutHint ? withoutHint(request) : request);
        exchanges.add(new Exchange(request, response));
        return response;
    }

    /** From now on servers do not hear who is meant to sign in. */
    void withholdHints() {
        withoutHint = true;
    }

    private static TransportRequest withoutHint(TransportRequest request) throws TransportException {
        if (!request.uri().getPath().equals("/oauth/par")) {
            return request;
        }
        try (InputStream body = request.body().orElseThrow().open()) {
            String form = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            TransportRequest.Builder changed = TransportRequest.builder(request.method(), request.uri())
                    .timeout(request.timeout())
                    .addressPolicy(request.addressPolicy())
                    .body(RequestBody.of(LOGIN_HINT.matcher(form).replaceAll("").getBytes(StandardCharsets.UTF_8)));
            request.headers()
                    .asMap()
                    .forEach((name, values) -> values.forEach(value -> changed.addHeader(name, value)));
            return changed.build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Method, path and status of all, in their order. */
    List<String> lines() {
        return exchanges.stream().map(Exchange::line).collect(Collectors.toList());
    }

    /** Those to a path. */
    List<Exchange> to(String path) {
        return exchanges.stream()
                .filter(each -> each.line().contains(" " + path + " "))
                .collect(Collectors.toList());
    }

    void clear() {
        exchanges.clear();
    }

    @Override
    public boolean honoursAddressPolicy() {
        return below.honoursAddressPolicy();
    }

    @Override
    public void close() {
        below.close();
    }
}
