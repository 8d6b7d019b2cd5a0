package dev.latchkey.auth.grant;

import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.AuthorizationDetail;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * What a request carries beside its grant: resources (RFC 8707), authorization details (RFC 9396), and parameters and
 * headers that a server wants of its own.
 *
 * <p>Names that the protocol sets itself are refused, so that an extra can neither replace nor shadow what was checked.
 * Immutable: each change gives a new object.
 */
public final class RequestOptions {

    /** Nothing beside the grant. */
    public static final RequestOptions NONE = new RequestOptions(Parameters.NONE, TransportHeaders.empty(), List.of());

    private static final Set<String> RESERVED_PARAMETERS = Set.of(
            "grant_type",
            "client_id",
            "client_secret",
            "client_assertion",
            "client_assertion_type",
            "code",
            "code_verifier",
            "code_challenge",
            "code_challenge_method",
            "redirect_uri",
            "refresh_token",
            "access_token",
            "username",
            "password",
            "device_code",
            "assertion",
            "scope",
            "state",
            "nonce",
            "response_type",
            "response_mode",
            "request",
            "request_uri",
            "resource",
            "id_token_hint",
            "dpop_jkt",
            "prompt",
            "login_hint",
            "max_age",
            "acr_values",
            "claims",
            "authorization_details",
            "response");
    private static final Set<String> RESERVED_HEADERS = Set.of(
            "accept",
            "accept-encoding",
            "authorization",
            "content-encoding",
            "content-type",
            "cookie",
            "dpop",
            "proxy-authorization",
            "host",
            "content-length",
            "transfer-encoding",
            "connection");

    private final Parameters parameters;
    private final TransportHeaders headers;
    // What the parameter of that name says, so that the types can be compared with what the server supports.
    private final List<AuthorizationDetail> details;

    private RequestOptions(Parameters parameters, TransportHeaders headers, List<AuthorizationDetail> details) {
        this.parameters = parameters;
        this.headers = headers;
        this.details = details;
    }

    /**
     * Names a resource that the token is for (RFC 8707 §2). May be called for several.
     *
     * @param resource an absolute URI without a fragment
     * @return new options
     * @throws IllegalArgumentException if the URI is relative or has a fragment
     */
    public RequestOptions resource(URI resource) {
        if (!resource.isAbsolute() || resource.getRawFragment() != null) {
            throw new IllegalArgumentException("resource must be an absolute URI without a fragment (RFC 8707 §2)");
        }
        return new RequestOptions(parameters.and("resource", resource.toString()), headers, details);
    }

    /**
     * Asks for a permission finer than scopes, wherever scopes could be asked for (RFC 9396 §2): in an authorization request,
     * for a device, and with a grant or a refresh, where the server may grant less than before. May be called for several.
     *
     * @param detail the permission
     * @return new options
     */
    public RequestOptions authorizationDetail(AuthorizationDetail detail) {
        List<AuthorizationDetail> all = new ArrayList<>(details);
        all.add(Objects.requireNonNull(detail, "detail"));
        return new RequestOptions(
                parameters.with("authorization_details", AuthorizationDetail.json(all)), headers, List.copyOf(all));
    }

    /**
     * Adds a parameter of the server's own.
     *
     * @param name its name
     * @param value its value
     * @return new options
     * @throws IllegalArgumentException if the protocol sets the parameter itself
     */
    public RequestOptions parameter(String name, String value) {
        if (RESERVED_PARAMETERS.contains(Objects.requireNonNull(name, "name"))) {
            throw new IllegalArgumentException("Parameter " + name + " is reserved: the protocol sets it");
        }
        return new RequestOptions(parameters.and(name, value), headers, details);
    }

    /**
     * Adds a header of the server's own.
     *
     * @param name its name
     * @param value its value
     * @return new options
     * @throws IllegalArgumentException if the protocol sets the header itself, or it is not a valid header
     */
    public RequestOptions header(String name, String value) {
        if (RESERVED_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("Header " + name + " is reserved: the protocol sets it");
        }
        return new RequestOptions(
                parameters, headers.toBuilder().add(name, value).build(), details);
    }

    /**
     * Tells the resources, authorization details and extra parameters.
     *
     * @return the parameters
     */
    public Parameters parameters() {
        return parameters;
    }

    /**
     * Tells the permissions that are asked for beside scopes.
     *
     * @return the authorization details, possibly none
     */
    public List<AuthorizationDetail> authorizationDetails() {
        return details;
    }

    /**
     * Tells the extra headers.
     *
     * @return the headers
     */
    public TransportHeaders headers() {
        return headers;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || (other instanceof RequestOptions
                        && parameters.equals(((RequestOptions) other).parameters)
                        && details.equals(((RequestOptions) other).details)
                        && headers.asMap().equals(((RequestOptions) other).headers.asMap()));
    }

    @Override
    public int hashCode() {
        return Objects.hash(parameters, details, headers.asMap());
    }

    @Override
    public String toString() {
        return "RequestOptions[" + parameters + ", " + headers + "]";
    }
}
