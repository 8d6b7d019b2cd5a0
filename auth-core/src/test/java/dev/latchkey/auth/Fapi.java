package dev.latchkey.auth;

import com.google.gson.Gson;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.credential.RequestObjectSigner;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.IdToken;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a client under FAPI 2.0 is made of, with fakes that say in clear text what they sign. */
final class Fapi {

    static final String REQUEST_URI = "urn:ietf:params:oauth:request_uri:6esc_11ACC5bwc014ltc14eY22c";
    static final String SIGNATURE = "c2lnbmF0dXJl";

    private static final Gson GSON = new Gson();

    private Fapi() {}

    /** Metadata that a server publishes, with a place to push requests to. */
    static AuthorizationServerMetadata.Builder metadata() {
        return Stage.metadata()
                .pushedAuthorizationRequestEndpoint(URI.create(Stage.ISSUER + "/par"))
                .member("authorization_response_iss_parameter_supported", true);
    }

    /** Publishes metadata where RFC 8414 says. */
    static void publish(Stage stage, AuthorizationServerMetadata metadata) {
        stage.transport
                .onGet("/.well-known/oauth-authorization-server")
                .answers(200, "application/json", GSON.toJson(metadata.asMap()));
    }

    /** A client that FAPI 2.0 has nothing against, and that FAPI 2.0 Message Signing has nothing against either. */
    static OAuthClientBuilder builder(Stage stage, SecurityProfile security) {
        return stage.discovering()
                .client(ClientId.of("app"), new Assertion("private_key_jwt", "PS256"))
                .binding(new Binding("dpop", "ES256"))
                .requestObjects(new Signer("PS256"))
                .idTokens(new Verifier())
                .security(security);
    }

    static AuthorizationRequest request() {
        return AuthorizationRequest.builder(Stage.REDIRECT, Stage.READ)
                .account(AccountNaming.subject("alice"))
                .build();
    }

    static void pushes(Stage stage) {
        stage.transport
                .onPost("/par")
                .answers(201, "application/json", "{\"request_uri\":\"" + REQUEST_URI + "\",\"expires_in\":60}");
    }

    static List<RecordedRequest> pushed(Stage stage) {
        List<RecordedRequest> found = new ArrayList<>();
        for (RecordedRequest each : stage.transport.requests()) {
            if (each.path().equals("/par")) {
                found.add(each);
            }
        }
        return found;
    }

    static String jwt(String algorithm, Map<String, Object> claims) {
        return Stage.base64("{\"alg\":\"" + algorithm + "\"}") + "." + Stage.base64(GSON.toJson(claims)) + "."
                + SIGNATURE;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> part(String jwt, int index) {
        String json = new String(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[index]), StandardCharsets.UTF_8);
        Map<String, Object> parsed = GSON.fromJson(json, Map.class);
        parsed.replaceAll((name, value) ->
                value instanceof Double && ((Double) value) % 1 == 0 ? (Object) ((Double) value).longValue() : value);
        return parsed;
    }

    /** Client authentication by an assertion, whose audience a test may bend. */
    static final class Assertion implements ClientAuthentication {

        private final String method;
        private final String algorithm;
        private int made;
        Object audience = Stage.ISSUER;
        String signedBy = "";

        Assertion(String method, String algorithm) {
            this.method = method;
            this.algorithm = algorithm;
        }

        @Override
        public String method() {
            return method;
        }

        @Override
        public Optional<String> signingAlgorithm() {
            return algorithm.isEmpty() ? Optional.empty() : Optional.of(algorithm);
        }

        @Override
        public void authenticate(RequestDraft request) {
            Map<String, Object> claims = new LinkedHashMap<>();
            claims.put("aud", audience);
            claims.put("jti", "jti-" + ++made);
            request.parameter("client_id", request.clientId().value());
            request.parameter("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            request.parameter(
                    "client_assertion",
                    jwt(signedBy.isEmpty() ? (algorithm.isEmpty() ? "PS256" : algorithm) : signedBy, claims));
        }
    }

    /** Signs requests: the claims of the object are the parameters. */
    static final class Signer implements RequestObjectSigner {

        private final String algorithm;
        final Map<String, Object> bent = new LinkedHashMap<>();
        volatile boolean broken;

        Signer(String algorithm) {
            this.algorithm = algorithm;
        }

        @Override
        public String algorithm() {
            return algorithm;
        }

        @Override
        public String sign(Parameters parameters, ClientId client, AuthorizationServerMetadata server)
                throws IOException {
            if (broken) {
                throw new IOException("The vault is sealed");
            }
            Map<String, Object> claims = new LinkedHashMap<>();
            claims.put("iss", client.value());
            claims.put("aud", server.issuer());
            claims.put("nbf", 1_000L);
            claims.put("exp", 1_000L + 3600);
            parameters.forEach(claims::put);
            claims.putAll(bent);
            claims.values().removeIf("absent"::equals);
            Object other = claims.remove("alg");
            return jwt(other == null ? algorithm : other.toString(), claims);
        }
    }

    /** Takes JWTs whose signature is the one word, and decrypts what has five parts by looking at the fourth. */
    static final class Verifier implements IdTokenVerifier {

        final List<String> asked = new ArrayList<>();
        volatile boolean withoutKeys;

        @Override
        public IdTokenClaims verify(IdToken token, AuthorizationServerMetadata server, ClientId client)
                throws IOException {
            return verified(token.reveal(), "id_token");
        }

        @Override
        public IdTokenClaims claims(
                SignedResponse kind, String jwt, AuthorizationServerMetadata server, ClientId client)
                throws IOException {
            asked.add(kind + " of " + server.issuer() + " for " + client);
            String[] parts = jwt.split("\\.", -1);
            return verified(
                    parts.length == 5
                            ? new String(Base64.getUrlDecoder().decode(parts[3]), StandardCharsets.UTF_8)
                            : jwt,
                    "response");
        }

        private IdTokenClaims verified(String jwt, String field) throws IOException {
            if (withoutKeys) {
                throw new IOException("The JWK set cannot be had");
            }
            if (!jwt.endsWith("." + SIGNATURE)) {
                throw new InvalidResponseException(field, Stage.HOST, "has a wrong signature");
            }
            return IdTokenClaims.of(String.valueOf(part(jwt, 0).get("alg")), part(jwt, 1));
        }
    }

    /** Bindings that tell the algorithm of their proofs. */
    static final class Binding implements TokenBinding.Factory {

        private final FakeBinding.Factory keys;
        private final String algorithm;

        Binding(String kind, String algorithm) {
            this.keys = new FakeBinding.Factory(kind);
            this.algorithm = algorithm;
        }

        @Override
        public String kind() {
            return keys.kind();
        }

        @Override
        public Optional<String> signingAlgorithm() {
            return algorithm.isEmpty() ? Optional.empty() : Optional.of(algorithm);
        }

        @Override
        public TokenBinding create(AuthorizationServerMetadata server) throws IOException {
            return keys.create(server);
        }

        @Override
        public TokenBinding restore(byte[] saved) throws IOException {
            return keys.restore(saved);
        }
    }
}
