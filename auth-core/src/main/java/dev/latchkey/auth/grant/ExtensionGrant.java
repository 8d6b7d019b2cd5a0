package dev.latchkey.auth.grant;

import java.util.Objects;
import java.util.Set;

/**
 * Any grant that is not built in (RFC 6749 §4.5), such as a JWT bearer assertion.
 *
 * <p>An authorization code cannot be sent this way: it is redeemed by completing the authorization that it belongs to,
 * which is what ties it to its issuer, its browser and its code verifier. Immutable.
 */
public final class ExtensionGrant implements Grant {

    private static final Set<String> NOT_ITS_OWN =
            Set.of("grant_type", "client_id", "client_secret", "client_assertion", "client_assertion_type");

    private final String grantType;
    private final Parameters parameters;

    private ExtensionGrant(String grantType, Parameters parameters) {
        this.grantType = Objects.requireNonNull(grantType, "grantType");
        this.parameters = Objects.requireNonNull(parameters, "parameters");
        if (grantType.isEmpty() || grantType.equals("authorization_code")) {
            throw new IllegalArgumentException(
                    "grantType must be an extension's, not empty and not authorization_code");
        }
        for (String name : parameters.asMap().keySet()) {
            if (NOT_ITS_OWN.contains(name)) {
                throw new IllegalArgumentException("Parameter " + name + " is set by the client and not by a grant");
            }
        }
    }

    /**
     * Makes a grant.
     *
     * @param grantType the value of {@code grant_type}, usually a URI
     * @param parameters the grant's parameters
     * @return the grant
     * @throws IllegalArgumentException if the type is empty or {@code authorization_code}, or a parameter is the client's
     */
    public static ExtensionGrant of(String grantType, Parameters parameters) {
        return new ExtensionGrant(grantType, parameters);
    }

    @Override
    public String grantType() {
        return grantType;
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public String toString() {
        return "ExtensionGrant[" + grantType + ", " + parameters + "]";
    }
}
