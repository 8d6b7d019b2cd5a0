package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the servers of the AT Protocol refuse in a client's document, told before they do. */
final class ClientMetadataRules {

    private static final String REDIRECT = "redirect_uris";

    private ClientMetadataRules() {}

    static void check(AtprotoClientMetadata.Builder client) {
        checkClientId(client.clientId);
        checkScopes(client.scopes);
        require(!client.redirectUris.isEmpty(), REDIRECT, "must have at least one");
        for (URI each : client.redirectUris) {
            require(
                    each.isAbsolute() && each.getRawFragment() == null,
                    REDIRECT,
                    "must be absolute, without a fragment");
            if (client.isNative) {
                checkNativeRedirect(each, client.clientId);
            } else {
                require(isHttps(each), REDIRECT, "must be https for a web client (" + each.getScheme() + ")");
                require(isPublicName(each.getHost()), REDIRECT, "must have a public name as its host");
                require(each.getRawUserInfo() == null, REDIRECT, "must have no user");
            }
        }
        require(
                client.keys == null || !client.isNative,
                "token_endpoint_auth_method",
                "must be none for a native client, which cannot keep a key");
        require(client.jwksUri == null || client.keys != null, "jwks_uri", "needs keys(…) too, to sign with");
        require(client.jwksUri == null || isHttps(client.jwksUri), "jwks_uri", "must be https");
        client.texts.forEach((name, value) -> {
            if (!name.equals("client_name")) {
                require(isHttps(URI.create(value)), name, "must be https");
            }
        });
        String home = client.texts.get("client_uri");
        if (home != null) {
            URI uri = URI.create(home);
            String path = uri.getRawPath();
            require(
                    origin(uri).equals(origin(client.clientId))
                            && (path.isEmpty() || isWithin(client.clientId.getRawPath(), path)),
                    "client_uri",
                    "must be at client_id's host, in a folder that client_id lies in");
        }
    }

    private static boolean isWithin(String path, String folder) {
        return path.startsWith(folder.endsWith("/") ? folder : folder + "/");
    }

    private static void checkClientId(URI id) {
        String field = "client_id";
        require(isHttps(id), field, "must be https; for development there is localhost(…)");
        // The servers read it as a browser does, which encodes what is not ASCII, and compare the texts.
        require(id.toString().equals(id.toASCIIString()), field, "must be in ASCII, all else percent-encoded");
        require(id.getPort() < 0, field, "must have no port");
        require(id.getRawUserInfo() == null && id.getRawFragment() == null, field, "must have no user and no fragment");
        String path = id.getRawPath();
        require(!path.isEmpty() && !path.endsWith("/"), field, "must have a path that does not end in a slash");
        String host = id.getHost();
        require(isPublicName(host), field, "must have a public name as its host, and no IP address");
        require(
                id.normalize().toString().equals(id.toString())
                        && !hasDots(path)
                        && host.equals(host.toLowerCase(Locale.ROOT))
                        && id.getScheme().equals("https"),
                field,
                "must be in its canonical form: lower case, no dot segments");
    }

    // As browsers and servers read it (WHATWG URL), dots that are escaped are dots.
    private static boolean hasDots(String path) {
        return Stream.of(path.replaceAll("%2[eE]", ".").split("/", -1))
                .anyMatch(segment -> segment.equals(".") || segment.equals(".."));
    }

    /** Checks what a client may ask for, or asks for. */
    static void checkScopes(Scopes scopes) {
        require(scopes.contains("atproto"), "scope", "must contain atproto");
        for (String each : scopes) {
            try {
                var unused = Permission.parse(each);
            } catch (IllegalArgumentException e) {
                throw new ConfigurationException(
                        "scope", each + " is none of the AT Protocol's (" + e.getMessage() + ")", null, e);
            }
        }
        require(
                !scopes.contains("transition:chat.bsky") || scopes.contains("transition:generic"),
                "scope",
                "transition:chat.bsky needs transition:generic");
    }

    /**
     * Checks what is asked for against what the document has, whatever the spelling.
     *
     * @return the same in the document's spelling, since the servers compare texts
     */
    static Scopes checkAsked(Scopes asked, Scopes document) {
        checkScopes(asked);
        List<String> spelled = new ArrayList<>();
        for (String each : asked) {
            spelled.add(
                    document.contains(each)
                            ? each
                            : document.asSet().stream()
                                    .filter(other -> Permission.parse(other).equals(Permission.parse(each)))
                                    .findFirst()
                                    .orElseThrow(() -> new ConfigurationException(
                                            "scope",
                                            each + " is not in the client's metadata, where each that is asked for"
                                                    + " must stand by itself")));
        }
        return Scopes.of(spelled);
    }

    private static void checkNativeRedirect(URI redirect, URI clientId) {
        List<String> labels = Arrays.asList(clientId.getHost().split("\\.", -1));
        Collections.reverse(labels);
        String scheme = String.join(".", labels);
        boolean own = redirect.getScheme().equals(scheme)
                && redirect.getRawAuthority() == null
                && redirect.toString().startsWith(scheme + ":/")
                && !redirect.toString().startsWith(scheme + "://");
        boolean web = isHttps(redirect) && origin(redirect).equals(origin(clientId));
        require(
                own || web || isLoopback(redirect),
                REDIRECT,
                "of a native client must be " + scheme + ":/path, https at " + clientId.getHost()
                        + ", or loopback by IP" + " address");
    }

    static void checkLocalhost(AtprotoClientMetadata.Builder client) {
        checkScopes(client.scopes);
        require(!client.redirectUris.isEmpty(), REDIRECT, "must have at least one");
        for (URI each : client.redirectUris) {
            require(
                    isLoopback(each) && each.getRawFragment() == null,
                    REDIRECT,
                    "of a localhost client must be http://127.0.0.1 or http://[::1], never the name localhost");
        }
    }

    /** Whether one is the other at a port of its choice, which who was registered without a port has (RFC 8252 §7.3). */
    static boolean sameButPort(URI registered, URI other) {
        return registered.getPort() < 0
                && isLoopback(registered)
                && isLoopback(other)
                && registered.getHost().equals(other.getHost())
                && path(registered).equals(path(other))
                && Objects.equals(registered.getRawQuery(), other.getRawQuery());
    }

    private static String path(URI uri) {
        return uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    }

    private static boolean isLoopback(URI uri) {
        String host = uri.getHost();
        return "http".equals(uri.getScheme()) && ("127.0.0.1".equals(host) || "[::1]".equals(host));
    }

    private static String origin(URI uri) {
        return (uri.getScheme() + "://" + uri.getRawAuthority()).toLowerCase(Locale.ROOT);
    }

    /** A name in the DNS that is not this machine's: no address, and not of a single label. */
    private static boolean isPublicName(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return !name.startsWith("[")
                && !name.matches("[0-9.]+")
                && name.matches("[^.]+(\\.[^.]+)+")
                && !name.endsWith(".localhost");
    }

    private static boolean isHttps(@Nullable URI uri) {
        return uri != null && "https".equals(uri.getScheme()) && uri.getHost() != null;
    }

    private static void require(boolean right, String field, String problem) {
        if (!right) {
            throw new ConfigurationException(field, problem);
        }
    }
}
