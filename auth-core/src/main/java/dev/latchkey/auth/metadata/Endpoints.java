package dev.latchkey.auth.metadata;

import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses in a metadata document, parsed once, since one of them is asked for with every request. What cannot be one is
 * remembered with its fault, and matters to nobody but whoever asks for it: Kubernetes publishes
 * {@code urn:kubernetes:programmatic_authorization} where no browser is ever sent, others an empty text.
 */
final class Endpoints {

    static final List<String> NAMES = List.of(
            "authorization_endpoint",
            "token_endpoint",
            "device_authorization_endpoint",
            "backchannel_authentication_endpoint",
            "userinfo_endpoint",
            "revocation_endpoint",
            "introspection_endpoint",
            "end_session_endpoint",
            "registration_endpoint",
            "pushed_authorization_request_endpoint",
            "jwks_uri");

    private final Map<String, URI> uris = new HashMap<>();
    private final Map<String, String> problems = new HashMap<>();

    Endpoints(Map<String, Object> members) {
        for (String name : NAMES) {
            Object value = members.get(name);
            if (value != null && !value.equals("")) {
                try {
                    uris.put(name, checked(name, value));
                } catch (IllegalArgumentException e) {
                    problems.put(name, String.valueOf(e.getMessage()));
                }
            }
        }
    }

    Optional<URI> find(String name) {
        return Optional.ofNullable(uris.get(name));
    }

    Optional<String> problem(String name) {
        return Optional.ofNullable(problems.get(name));
    }

    boolean areAllRight() {
        return problems.isEmpty();
    }

    /** Refuses what cannot be done without, or what somebody wrote by hand. */
    void require(String... names) {
        for (String name : names) {
            problem(name).ifPresent(problem -> {
                throw new IllegalArgumentException(problem);
            });
        }
    }

    static URI checked(String name, Object value) {
        if (!(value instanceof String)) {
            throw new IllegalArgumentException(name + " must be a text");
        }
        URI uri;
        try {
            uri = URI.create((String) value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " is not a URI", e);
        }
        if (!uri.isAbsolute()
                || uri.getHost() == null
                || uri.getRawFragment() != null
                || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    name + " must be an absolute URI with a host, without a fragment and without user information");
        }
        return uri;
    }
}
