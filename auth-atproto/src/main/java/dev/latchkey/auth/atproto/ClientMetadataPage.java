package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.ConfigurationException;
import java.util.Map;
import java.util.Objects;

/**
 * Serves a client's document, or its keys, by whatever HTTP server there is: hand it the method, and send what it answers.
 *
 * <p>Immutable, and safe for use by any number of threads.
 */
public final class ClientMetadataPage {

    private final byte[] json;

    private ClientMetadataPage(byte[] json) {
        this.json = json;
    }

    /**
     * Serves the document, which belongs at the path of {@link AtprotoClientMetadata#clientId()}.
     *
     * @param metadata the document
     * @return the page
     */
    public static ClientMetadataPage of(AtprotoClientMetadata metadata) {
        return new ClientMetadataPage(
                Objects.requireNonNull(metadata, "metadata").toJson());
    }

    /**
     * Serves the public keys, which belong at the address that {@link AtprotoClientMetadata.Builder#jwksUri} names. Without that the
     * document has them, and no such page is needed.
     *
     * @param metadata the document of a confidential client
     * @return the page: a JWK set (RFC 7517 §5)
     * @throws ConfigurationException if the client is public
     */
    public static ClientMetadataPage ofKeys(AtprotoClientMetadata metadata) {
        if (metadata.keys().isEmpty()) {
            throw new ConfigurationException("jwks_uri", "has nothing to serve: the client has no keys");
        }
        return new ClientMetadataPage(metadata.toJwks());
    }

    /**
     * Tells the status.
     *
     * @param method the request's method
     * @return 200 for GET and HEAD, 405 for all others
     */
    public int status(String method) {
        return isRead(method) ? 200 : 405;
    }

    /**
     * Tells the headers.
     *
     * @param method the request's method
     * @return name and value of each
     */
    public Map<String, String> headers(String method) {
        return isRead(method)
                ? Map.of("Content-Type", AtprotoClientMetadata.MEDIA_TYPE, "Cache-Control", "max-age=600")
                : Map.of("Allow", "GET, HEAD");
    }

    /**
     * Gives the body.
     *
     * @param method the request's method
     * @return the document or the keys for GET, and nothing for all others
     */
    public byte[] body(String method) {
        return method.equals("GET") ? json.clone() : new byte[0];
    }

    private static boolean isRead(String method) {
        return method.equals("GET") || method.equals("HEAD");
    }
}
