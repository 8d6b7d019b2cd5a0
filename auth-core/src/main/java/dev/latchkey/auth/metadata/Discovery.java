package dev.latchkey.auth.metadata;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a server's metadata comes from: a document at a well-known address, or values that are known beforehand.
 * Immutable.
 */
public final class Discovery {

    private final @Nullable AuthorizationServerMetadata known;
    private final @Nullable URI location;
    private final Predicate<String> issuerCheck;
    private final String expectation;
    private final @Nullable String issuer;
    private final @Nullable Supplier<AuthorizationServerMetadata> source;

    private Discovery(
            @Nullable AuthorizationServerMetadata known,
            @Nullable URI location,
            @Nullable String issuer,
            Predicate<String> issuerCheck,
            String expectation,
            @Nullable Supplier<AuthorizationServerMetadata> source) {
        this.known = known;
        this.issuer = issuer;
        this.location = location;
        this.issuerCheck = Objects.requireNonNull(issuerCheck, "issuerCheck");
        this.expectation = Objects.requireNonNull(expectation, "expectation");
        this.source = source;
    }

    /**
     * Metadata that is known without a request.
     *
     * @param metadata the metadata
     * @return the discovery
     */
    public static Discovery known(AuthorizationServerMetadata metadata) {
        return new Discovery(
                Objects.requireNonNull(metadata, "metadata"),
                null,
                metadata.issuer(),
                issuer -> true,
                metadata.issuer(),
                null);
    }

    /**
     * The location of OpenID Connect Discovery §4: {@code /.well-known/openid-configuration} is appended to the issuer.
     *
     * @param issuer the issuer, which the document must name character by character
     * @return the discovery
     * @throws IllegalArgumentException if the issuer is not an absolute URI without query and fragment
     */
    public static Discovery openId(String issuer) {
        Objects.requireNonNull(issuer, "issuer");
        URI checked = checked(issuer);
        String base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return new Discovery(
                null,
                URI.create(base + "/.well-known/openid-configuration"),
                issuer,
                issuer::equals,
                checked.toString(),
                null);
    }

    /**
     * The location of RFC 8414 §3: {@code /.well-known/oauth-authorization-server} is inserted before the issuer's path,
     * whose closing slash is left out.
     *
     * @param issuer the issuer, which the document must name character by character
     * @return the discovery
     * @throws IllegalArgumentException if the issuer is not an absolute URI without query and fragment
     */
    public static Discovery rfc8414(String issuer) {
        Objects.requireNonNull(issuer, "issuer");
        URI checked = checked(issuer);
        String path = checked.getRawPath();
        String stripped = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
        String origin = checked.getScheme() + "://" + checked.getRawAuthority();
        return new Discovery(
                null,
                URI.create(origin + "/.well-known/oauth-authorization-server" + stripped),
                issuer,
                issuer::equals,
                checked.toString(),
                null);
    }

    /**
     * A location that neither specification would find, of a document that must name the issuer all the same.
     *
     * @param location where the document is
     * @param issuer the issuer, which the document must name character by character
     * @return the discovery
     * @throws IllegalArgumentException if the location is not an absolute URI with a host, or the issuer not an absolute URI
     *     without query and fragment
     */
    public static Discovery at(URI location, String issuer) {
        Objects.requireNonNull(issuer, "issuer");
        URI checked = checked(issuer);
        if (!location.isAbsolute()
                || location.getHost() == null
                || location.getRawUserInfo() != null
                || location.getRawFragment() != null) {
            throw new IllegalArgumentException(
                    "location must be an absolute URI with a host, without a fragment and without user information");
        }
        return new Discovery(null, location, issuer, issuer::equals, checked.toString(), null);
    }

    /**
     * A location of a profile's own.
     *
     * @param location where the document is
     * @param issuerCheck accepts the issuer that the document may name
     * @param expectation says in words which issuer that is, for the message when it is another
     * @return the discovery
     */
    public static Discovery at(URI location, Predicate<String> issuerCheck, String expectation) {
        return new Discovery(null, Objects.requireNonNull(location, "location"), null, issuerCheck, expectation, null);
    }

    /**
     * Metadata that a profile fetches, checks and remembers by itself; it is asked for whenever the metadata is needed.
     *
     * @param source gives the metadata; it may block, and throws an {@link dev.latchkey.auth.error.OAuthException} if there is none
     * @param issuerCheck accepts the issuers of what may be completed here
     * @param expectation says in words which issuer that is, for the message when it is another
     * @return the discovery
     */
    public static Discovery by(
            Supplier<AuthorizationServerMetadata> source, Predicate<String> issuerCheck, String expectation) {
        return new Discovery(null, null, null, issuerCheck, expectation, Objects.requireNonNull(source, "source"));
    }

    /**
     * Gives metadata that needs no request.
     *
     * @return the metadata, or nothing if it must be fetched
     */
    public Optional<AuthorizationServerMetadata> known() {
        return Optional.ofNullable(known);
    }

    /**
     * Tells where the document is.
     *
     * @return the address, or nothing if the metadata is known or comes from a source
     */
    public Optional<URI> location() {
        return Optional.ofNullable(location);
    }

    /**
     * Gives what fetches the metadata in the client's place.
     *
     * @return the source, or nothing if the client fetches it from the {@linkplain #location() location}
     */
    public Optional<Supplier<AuthorizationServerMetadata>> source() {
        return Optional.ofNullable(source);
    }

    /**
     * Tells which issuer it is before anything was fetched, so that what is kept of it is found while it is down.
     *
     * @return the issuer, or nothing if only the document tells
     */
    public Optional<String> issuer() {
        return Optional.ofNullable(issuer);
    }

    /**
     * Checks the issuer that a document names.
     *
     * @param issuer what the document names
     * @return true if it may
     */
    public boolean accepts(String issuer) {
        return issuerCheck.test(issuer);
    }

    /**
     * Says which issuer is expected.
     *
     * @return words for a message
     */
    public String expectation() {
        return expectation;
    }

    @Override
    public String toString() {
        return "Discovery[" + (location == null ? expectation : location.toString()) + "]";
    }

    private static URI checked(String issuer) {
        URI uri;
        try {
            uri = URI.create(issuer);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("issuer is not a URI", e);
        }
        if (!uri.isAbsolute() || uri.getHost() == null) {
            throw new IllegalArgumentException("issuer must be an absolute URI with a host");
        }
        if (uri.getRawQuery() != null || uri.getRawFragment() != null || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException(
                    "issuer must have neither a query, a fragment nor user information (RFC 8414 §2)");
        }
        return uri;
    }
}
