package dev.latchkey.platform.token;

import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.exchange.Parameters;
import dev.latchkey.platform.exchange.ReceivedRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Finds out which client sent a request (RFC 6749 §2.3): none, client_secret_basic, client_secret_post. */
final class ClientAuthenticator {
    private final Realm realm;

    ClientAuthenticator(Realm realm) {
        this.realm = realm;
    }

    Client authenticate(ReceivedRequest request) {
        Parameters form = request.form();
        Optional<String> basic = request.header("Authorization")
                .filter(value -> value.regionMatches(true, 0, "Basic ", 0, 6))
                .map(value -> value.substring(6).trim());
        if (basic.isPresent() && form.contains("client_secret")) {
            throw new ProtocolException("invalid_request", 900144, "More than one way of client authentication.");
        }
        if (basic.isPresent()) {
            return byBasic(basic.get(), form.get("client_id"));
        }
        String id = form.first("client_id")
                .orElseThrow(() -> new ProtocolException(
                        "invalid_client", 900144, "The request body must contain the parameter 'client_id'."));
        Client client = known(id);
        if (form.contains("client_secret")) {
            return checked(client, form.get("client_secret"));
        }
        if (!client.isPublic()) {
            throw new ProtocolException(
                    "invalid_client",
                    7000218,
                    "The request body must contain the parameter 'client_assertion' or 'client_secret'.");
        }
        return client;
    }

    private Client byBasic(String credentials, String idInForm) {
        String decoded;
        try {
            decoded = new String(Base64.getDecoder().decode(credentials), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("invalid_client", 7000215, "The Authorization header is not base64.");
        }
        int colon = decoded.indexOf(':');
        if (colon < 0) {
            throw new ProtocolException("invalid_client", 7000215, "The Authorization header has no colon.");
        }
        String id = formDecoded(decoded.substring(0, colon));
        if (!idInForm.isEmpty() && !idInForm.equals(id)) {
            throw new ProtocolException("invalid_request", 900144, "client_id and the Authorization header differ.");
        }
        return checked(known(id), formDecoded(decoded.substring(colon + 1)));
    }

    private Client known(String id) {
        return realm.client(id)
                .orElseThrow(() -> new ProtocolException(
                        "invalid_client", 700016, "Application with this identifier was not found."));
    }

    private static Client checked(Client client, String secret) {
        if (client.isPublic()) {
            throw new ProtocolException(
                    "invalid_client", 700025, "Client is public so neither assertion nor secret should be presented.");
        }
        if (!client.hasSecret(secret)) {
            throw new ProtocolException("invalid_client", 7000215, "Invalid client secret provided.");
        }
        return client;
    }

    // RFC 6749 §2.3.1: id and secret are form-encoded before they are joined
    private static String formDecoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException("invalid_client", 7000215, "The Authorization header is not form-encoded.");
        }
    }
}
