package dev.latchkey.auth;

import static dev.latchkey.auth.server.SecurityProfile.FAPI2;
import static dev.latchkey.auth.server.SecurityProfile.FAPI2_MESSAGE_SIGNING;
import static dev.latchkey.auth.server.SecurityProfile.LENIENT;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.IdTokenChecks;
import dev.latchkey.auth.protocol.Loopback;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.server.ServerQuirk;
import dev.latchkey.auth.session.Transaction;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a security profile refuses, with the clause that forbids it. The clauses of FAPI 2.0 are those of the final
 * documents; what holds under every profile is checked where it belongs and not here.
 */
final class SecurityRules {

    private static final String SECURITY = "FAPI 2.0 Security Profile §";
    private static final String SIGNING = "FAPI 2.0 Message Signing §";
    private static final String ALGORITHMS = SECURITY + "5.4.1-1";
    private static final Set<String> STRONG = Set.of("PS256", "ES256", "Ed25519", "EdDSA");
    private static final Set<String> CONFIDENTIAL =
            Set.of("private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth");

    private static final long LONGEST_REQUEST = 3600;
    private static final Duration OLDEST_ID_TOKEN = Duration.ofHours(1);

    private final SecurityProfile profile;

    SecurityRules(SecurityProfile profile) {
        this.profile = profile;
    }

    /** Checks what can be checked without any server. */
    void checkClient(Settings client, boolean httpAllowed) {
        if (!fapi()) {
            return;
        }
        String method = client.authentication.method();
        refuseIf(
                !CONFIDENTIAL.contains(method),
                "client",
                "authenticates by " + method + "; use private_key_jwt or mTLS",
                SECURITY + "5.3.3.1-2");
        if (method.equals("private_key_jwt")) {
            checkOwn("client", client.authentication.signingAlgorithm());
        }
        if (client.bindings == null) {
            throw refused(
                    "binding",
                    "is missing; bind tokens to a key with binding(…), by DPoP or mTLS",
                    SECURITY + "5.3.3.1-1");
        }
        // Other kinds than DPoP may sign nothing: what is bound to a certificate is proved by TLS.
        if (client.bindings.signingAlgorithm().isPresent()
                || client.bindings.kind().equals("dpop")) {
            checkOwn("binding", client.bindings.signingAlgorithm());
        }
        if (client.requestObjects != null) {
            checkOwn("requestObjects", Optional.of(client.requestObjects.algorithm()));
        }
        refuseIf(
                client.profile.discovery().known().isPresent(),
                "server",
                "has metadata that was given by hand; let it be discovered",
                SECURITY + "5.3.3.1-9");
        refuseIf(httpAllowed, "dangerouslyAllowHttp", "allows connections without TLS", SECURITY + "5.2");
        refuseIf(
                client.profile.quirks().contains(ServerQuirk.PUSHED_AUTHORIZATION_REQUESTS_UNUSABLE),
                "server",
                "has a quirk that keeps requests from being pushed",
                SECURITY + "5.3.3.2-2");
        refuseIf(
                client.idTokens instanceof ClaimsOnlyIdTokens,
                "idTokens",
                "verifies no signature; use one that does",
                ALGORITHMS + " (RFC 8725 §3.3)");
        if (profile.includes(FAPI2_MESSAGE_SIGNING)) {
            refuseIf(
                    client.requestObjects == null,
                    "requestObjects",
                    "is missing; authorization requests must be signed",
                    SIGNING + "5.3.2-1");
            refuseIf(
                    client.idTokens == null,
                    "idTokens",
                    "is missing; signed answers need who verifies them",
                    SIGNING + "5.4.2-2");
        }
    }

    /** Refuses grants that the profile does not allow. */
    void checkGrant(String grantType) {
        if (grantType.equals("password") && profile != LENIENT) {
            throw refused(
                    "grant_type",
                    "password needs SecurityProfile.LENIENT; send the user to the browser, or use the device flow",
                    fapi() ? SECURITY + "5.3.2.1-2" : "RFC 9700 §2.4");
        }
    }

    /** Tells whether a bearer token may come without its type. */
    boolean allowsMissingTokenType() {
        return profile == LENIENT;
    }

    /** Checks an authorization request, and gives the response mode that it is sent with; null for the server's default. */
    @Nullable
    ResponseMode checkRequest(AuthorizationRequest request) {
        URI redirect = request.redirectUri();
        refuseIf(
                fapi() && "http".equalsIgnoreCase(redirect.getScheme()) && !Loopback.is(redirect),
                "redirectUri",
                "is plain http and not on loopback",
                SECURITY + "5.3.2.2-8");
        ResponseMode asked = request.responseMode().orElse(null);
        if (!profile.includes(FAPI2_MESSAGE_SIGNING)) {
            return asked;
        }
        refuseIf(
                asked != null && !asked.isSigned(),
                "responseMode",
                asked + " asks for an answer that is not signed; use ResponseMode.JWT",
                SIGNING + "5.4.2-1");
        return asked == null ? ResponseMode.JWT : asked;
    }

    /** Refuses to send an authorization request through the browser. */
    void checkUnpushed(String issuer) {
        refuseIf(
                fapi(),
                "pushed_authorization_request_endpoint",
                "is not in the metadata of " + issuer + ", and requests must be pushed",
                SECURITY + "5.3.3.2-2");
    }

    /** Checks a client assertion that is about to be sent, whoever made it. */
    void checkAssertion(RequestDraft request) {
        String assertion = request.parameters().first("client_assertion").orElse(null);
        if (!fapi() || assertion == null) {
            return;
        }
        Map<String, @Nullable Object> header = Jwts.part(assertion, 0);
        Map<String, @Nullable Object> claims = Jwts.part(assertion, 1);
        checkOwn("client_assertion", Optional.of(String.valueOf(header.get("alg"))));
        refuseIf(
                !request.server().issuer().equals(claims.get("aud")),
                "client_assertion",
                "has another audience than the issuer as one text",
                SECURITY + "5.3.3.1-5");
    }

    /** Checks a request object that is about to be sent, whoever made it. One that is encrypted nobody here can look into. */
    void checkRequestObject(String object, AuthorizationServerMetadata server) {
        if (!profile.includes(FAPI2_MESSAGE_SIGNING) || Jwts.isEncrypted(object)) {
            return;
        }
        checkOwn(
                "requestObjects",
                Optional.of(String.valueOf(Jwts.part(object, 0).get("alg"))));
        Map<String, @Nullable Object> claims = Jwts.part(object, 1);
        refuseIf(
                !server.issuer().equals(claims.get("aud")),
                "requestObjects",
                "made an object for another audience than the issuer",
                SIGNING + "5.3.2-2");
        Object notBefore = claims.get("nbf");
        Object expiresAt = claims.get("exp");
        refuseIf(!(notBefore instanceof Long), "requestObjects", "made an object without nbf", SIGNING + "5.3.2-3");
        refuseIf(
                !(notBefore instanceof Long
                        && expiresAt instanceof Long
                        && (Long) expiresAt - (Long) notBefore <= LONGEST_REQUEST),
                "requestObjects",
                "made an object that is good for over 60 minutes",
                SIGNING + "5.3.2-4");
    }

    /** Tells whether requests must be signed wherever that is defined. */
    boolean signsRequests() {
        return profile.includes(FAPI2_MESSAGE_SIGNING);
    }

    /** Tells why an answer of the browser must name its issuer; empty if the profile does not say so. */
    String requiresIssuer(Transaction transaction) {
        return fapi() || began(transaction).includes(FAPI2) ? SECURITY + "5.3.3.2-5 requires it" : "";
    }

    /** Gives the verifier as the profile wants it: so that a server which also lists others need not be told which one it is. */
    IdTokenVerifier narrowed(IdTokenVerifier verifier) {
        return fapi() ? Objects.requireNonNull(verifier.within(STRONG), "idTokens.within") : verifier;
    }

    /** Checks the algorithm of a JWT that a server sent. */
    void checkTheirs(String what, String algorithm, String host) {
        if (fapi() && !STRONG.contains(algorithm)) {
            throw new InvalidResponseException(
                    what,
                    host,
                    "is signed by another algorithm than PS256, ES256 and Ed25519, which " + ALGORITHMS
                            + " does not allow");
        }
    }

    /**
     * Refuses an ID token of a sign-in that was issued long ago, as OpenID Connect Core §3.1.3.7-10 lets a client and the
     * client plans of FAPI want it.
     */
    void checkAge(IdTokenChecks checks) {
        if (fapi()) {
            checks.issuedWithin(OLDEST_ID_TOKEN);
        }
    }

    /** Refuses to complete what began under a weaker profile, as on a node with other settings. */
    void checkBegun(Transaction transaction) {
        if (fapi() && !(began(transaction).includes(profile) && transaction.pushed())) {
            throw new SignInRequiredException(
                    "security profile: this authorization began under " + began(transaction)
                            + (transaction.pushed() ? "" : " and was not pushed") + ", which is weaker than " + profile
                            + "; begin a new one",
                    null,
                    null);
        }
    }

    String name() {
        return profile.name();
    }

    private boolean fapi() {
        return profile.includes(FAPI2);
    }

    static SecurityProfile began(Transaction transaction) {
        return transaction.securityProfile().map(SecurityProfile::of).orElse(SecurityProfile.OAUTH2_1);
    }

    private void checkOwn(String field, Optional<String> algorithm) {
        refuseIf(
                algorithm.filter(STRONG::contains).isEmpty(),
                field,
                "signs by " + algorithm.orElse("an algorithm that it does not tell")
                        + "; use PS256, ES256, or EdDSA with Ed25519",
                ALGORITHMS);
    }

    private void refuseIf(boolean weaker, String field, String problem, String clause) {
        if (weaker) {
            throw refused(field, problem, clause);
        }
    }

    private ConfigurationException refused(String field, String problem, String clause) {
        return new ConfigurationException(
                field, problem + " (" + clause + "; the client's security profile is " + profile + ")");
    }
}
