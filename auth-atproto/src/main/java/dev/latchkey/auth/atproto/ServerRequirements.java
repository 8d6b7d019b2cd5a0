package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.util.List;

/** What the profile demands of an authorization server's metadata. A pure function of the document. */
final class ServerRequirements {

    private static final List<String> REQUIRED_ENDPOINTS =
            List.of("authorization_endpoint", "token_endpoint", "pushed_authorization_request_endpoint");
    private static final List<String> OPTIONAL_ENDPOINTS = List.of(
            "revocation_endpoint", "introspection_endpoint", "registration_endpoint", "userinfo_endpoint", "jwks_uri");

    private final AuthorizationServerMetadata metadata;
    private final String host;

    private ServerRequirements(AuthorizationServerMetadata metadata, String host) {
        this.metadata = metadata;
        this.host = host;
    }

    /**
     * Checks a document that names the right issuer.
     *
     * @throws InvalidResponseException if it lacks something, or has it wrong; it names the member
     */
    static void check(AuthorizationServerMetadata metadata, String host, boolean development) {
        ServerRequirements demands = new ServerRequirements(metadata, host);
        for (String endpoint : REQUIRED_ENDPOINTS) {
            if (metadata.member(endpoint).isEmpty()) {
                throw demands.broken(endpoint, "is missing");
            }
            demands.safe(endpoint, development);
        }
        for (String endpoint : OPTIONAL_ENDPOINTS) {
            demands.safe(endpoint, development);
        }
        demands.contains("response_types_supported", "code");
        demands.contains("grant_types_supported", "authorization_code");
        demands.contains("grant_types_supported", "refresh_token");
        demands.contains("code_challenge_methods_supported", "S256");
        demands.contains("token_endpoint_auth_methods_supported", "none");
        demands.contains("token_endpoint_auth_methods_supported", "private_key_jwt");
        demands.contains("token_endpoint_auth_signing_alg_values_supported", "ES256");
        if (metadata.texts("token_endpoint_auth_signing_alg_values_supported").contains("none")) {
            throw demands.broken("token_endpoint_auth_signing_alg_values_supported", "must not have none in it");
        }
        demands.contains("scopes_supported", "atproto");
        demands.contains("dpop_signing_alg_values_supported", "ES256");
        demands.isTrue("authorization_response_iss_parameter_supported");
        demands.isTrue("require_pushed_authorization_requests");
        demands.isTrue("client_id_metadata_document_supported");
        if (metadata.member("require_request_uri_registration").isPresent()) {
            demands.isTrue("require_request_uri_registration");
        }
    }

    /**
     * Checks that the server is there for a resource, if it says for which ones it is there.
     *
     * @throws InvalidResponseException if it is not
     */
    static void checkResource(AuthorizationServerMetadata metadata, String host, URI resource) {
        boolean named = metadata.member("protected_resources").isPresent();
        if (named && !metadata.texts("protected_resources").contains(resource.toString())) {
            throw new InvalidResponseException(
                    "protected_resources",
                    host,
                    "does not have " + resource + " in it, which says that this is its authorization server");
        }
    }

    private void safe(String endpoint, boolean development) {
        metadata.problem(endpoint).ifPresent(problem -> {
            throw broken(endpoint, "is no address: " + problem);
        });
        Object value = metadata.member(endpoint).orElse(null);
        if (value != null && !ServerOrigin.isSafe(URI.create(value.toString()), development)) {
            throw broken(endpoint, "must be an https address");
        }
    }

    private void contains(String member, String value) {
        if (!metadata.texts(member).contains(value)) {
            throw broken(member, "must have " + value + " in it");
        }
    }

    private void isTrue(String member) {
        if (!Boolean.TRUE.equals(metadata.member(member).orElse(null))) {
            throw broken(member, "must be true");
        }
    }

    private InvalidResponseException broken(String member, String problem) {
        return new InvalidResponseException(
                member, host, problem + ", as the OAuth profile of the AT Protocol demands");
    }
}
