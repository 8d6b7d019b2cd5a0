package dev.latchkey.it.keycloak;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Spoils one parameter of every form on its way, as no client of the library would. */
final class Rewriting implements HttpTransport {

    private final HttpTransport inner;
    private final String parameter;
    private final String value;

    Rewriting(HttpTransport inner, String parameter, String value) {
        this.inner = inner;
        this.parameter = parameter;
        this.value = value;
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        RequestBody body = request.body().orElse(null);
        if (body == null) {
            return inner.send(request);
        }
        try {
            String form = new String(body.open().readAllBytes(), StandardCharsets.UTF_8);
            String spoiled = form.replaceAll("(^|&)" + parameter + "=[^&]*", "$1" + parameter + "=" + value);
            return inner.send(request.toBuilder()
                    .body(RequestBody.of(spoiled.getBytes(StandardCharsets.UTF_8)))
                    .build());
        } catch (TransportException e) {
            throw e;
        } catch (IOException e) {
            throw new TransportException(Kind.EXCHANGE, Delivery.NOT_SENT, "the form cannot be read", e);
        }
    }
}
