package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is kept of a server's metadata: the members that a sign-in, its refreshes and its end need. Anybody may have a server, and each
 * pending sign-in holds a copy, so that whole documents would let strangers fill memory and store.
 */
final class KnownMembers {

    private static final int LONGEST = 8 * 1024;
    private static final List<String> NAMES = List.of(
            "issuer",
            "authorization_endpoint",
            "token_endpoint",
            "pushed_authorization_request_endpoint",
            "revocation_endpoint",
            "introspection_endpoint",
            "jwks_uri",
            "scopes_supported",
            "response_types_supported",
            "response_modes_supported",
            "grant_types_supported",
            "code_challenge_methods_supported",
            "prompt_values_supported",
            "token_endpoint_auth_methods_supported",
            "token_endpoint_auth_signing_alg_values_supported",
            "dpop_signing_alg_values_supported",
            "authorization_response_iss_parameter_supported",
            "require_pushed_authorization_requests",
            "require_request_uri_registration",
            "require_signed_request_object",
            "request_object_signing_alg_values_supported",
            "client_id_metadata_document_supported");

    private KnownMembers() {}

    /**
     * Leaves out everything else.
     *
     * @throws InvalidResponseException if what remains is longer than any server's of this profile needs to be
     */
    static AuthorizationServerMetadata of(AuthorizationServerMetadata metadata, String host) {
        Map<String, Object> kept = new LinkedHashMap<>();
        NAMES.forEach(name -> metadata.member(name).ifPresent(value -> kept.put(name, value)));
        if (Json.write(kept).length > LONGEST) {
            throw new InvalidResponseException(
                    "authorization server metadata",
                    host,
                    "has more than " + LONGEST + " bytes in the members that this profile needs");
        }
        return AuthorizationServerMetadata.of(kept);
    }
}
