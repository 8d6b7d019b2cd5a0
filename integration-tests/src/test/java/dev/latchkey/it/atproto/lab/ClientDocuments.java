package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Finds and checks clients by their client_id, and knows them for ten minutes. */
final class ClientDocuments {

    private static final String INVALID = "invalid_client_metadata";
    private static final Duration KNOWN = Duration.ofMinutes(10);

    private final LabFetch fetch;
    private final Clock clock;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    ClientDocuments(LabFetch fetch, Clock clock) {
        this.fetch = fetch;
        this.clock = clock;
    }

    ClientDocument find(String clientId) throws Refusal {
        Refusal.unless(!clientId.isEmpty(), Rule.CLIENT_ID_PRESENT, "invalid_request");
        if (clientId.startsWith("http:")) {
            return development(clientId);
        }
        Known before = known.get(clientId);
        if (before != null && clock.instant().isBefore(before.until)) {
            return before.document;
        }
        URI id = checked(clientId);
        HttpResponse<String> response = fetch.get(id);
        Refusal.unless(response.statusCode() == 200, Rule.CLIENT_DOCUMENT_STATUS, INVALID);
        Refusal.unless(isJson(response), Rule.CLIENT_DOCUMENT_TYPE, INVALID);
        ClientDocument document = ClientDocument.of(id, object(response.body()), uri -> {
            HttpResponse<String> keys = fetch.get(uri);
            Refusal.unless(keys.statusCode() == 200, Rule.CLIENT_KEYS, INVALID);
            return keys.body();
        });
        known.put(clientId, new Known(document, clock.instant().plus(KNOWN)));
        return document;
    }

    private static URI checked(String text) throws Refusal {
        boolean good;
        try {
            URI id = URI.create(text);
            String host = id.getHost();
            good = "https".equals(id.getScheme())
                    && host != null
                    && host.equals(id.getRawAuthority())
                    && host.matches("[a-z0-9-]+(\\.[a-z0-9-]+)*\\.[a-z][a-z0-9-]*")
                    && id.getRawFragment() == null
                    // As browsers read it, dots that are escaped are dots.
                    && id.getRawPath().matches("(/(?!(\\.|%2[eE]){1,2}(/|$))[^/]+)+")
                    && id.normalize().toString().equals(text);
        } catch (IllegalArgumentException e) {
            good = false;
        }
        Refusal.unless(good, Rule.CLIENT_ID_FORM, INVALID);
        return URI.create(text);
    }

    private static boolean isJson(HttpResponse<String> response) {
        String type = response.headers().firstValue("Content-Type").orElse("");
        return type.matches("(?i)application/json\\s*(;.*)?");
    }

    private static JsonObject object(String text) throws Refusal {
        try {
            JsonElement parsed = JsonParser.parseString(text);
            Refusal.unless(parsed.isJsonObject(), Rule.CLIENT_DOCUMENT_TYPE, INVALID);
            return parsed.getAsJsonObject();
        } catch (JsonSyntaxException e) {
            throw Refusal.of(Rule.CLIENT_DOCUMENT_TYPE, INVALID);
        }
    }

    /** {@code http://localhost?redirect_uri=…&scope=…}. */
    private static ClientDocument development(String id) throws Refusal {
        Refusal.unless(id.matches("http://localhost/?(\\?[^#]*)?"), Rule.LOCALHOST_CLIENT_FORM, INVALID);
        List<String> uris = new ArrayList<>();
        List<String> scopes = new ArrayList<>();
        int question = id.indexOf('?');
        for (String pair :
                question < 0 ? new String[0] : id.substring(question + 1).split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = equals < 0 ? pair : pair.substring(0, equals);
            String value = URLDecoder.decode(equals < 0 ? "" : pair.substring(equals + 1), StandardCharsets.UTF_8);
            Refusal.unless(Set.of("redirect_uri", "scope").contains(name), Rule.LOCALHOST_CLIENT_FORM, INVALID);
            (name.equals("scope") ? scopes : uris).add(value);
        }
        Refusal.unless(scopes.size() <= 1, Rule.LOCALHOST_CLIENT_FORM, INVALID);
        Set<String> declared = scopes.isEmpty()
                ? Set.of("atproto")
                : Set.copyOf(List.of(scopes.get(0).split(" ", -1)));
        Refusal.unless(declared.contains("atproto"), Rule.CLIENT_SCOPE, INVALID);
        return ClientDocument.development(
                id,
                RedirectUris.development(uris.isEmpty() ? List.of("http://127.0.0.1/", "http://[::1]/") : uris),
                declared);
    }

    /** A document, and until when it is believed. */
    private static final class Known {

        private final ClientDocument document;
        private final Instant until;

        private Known(ClientDocument document, Instant until) {
            this.document = document;
            this.until = until;
        }
    }
}
