package dev.latchkey.auth.jose;

import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.IdToken;
import java.io.IOException;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Verifies the signatures of ID tokens, and of what else a server sends as a JWT, with the server's public keys (OpenID Connect
 * Core §3.1.3.7, RFC 8725).
 *
 * <pre>{@code
 * OAuthClient client = OAuthClient.builder(transport)
 *     .server(AuthorizationServer.openId(issuer))
 *     .client(clientId, authentication)
 *     .idTokens(JoseIdTokens.create(transport))
 *     .build();
 * }</pre>
 *
 * <p>A token's algorithm must be one that the application named, or else one that the server's metadata lists (of those, one
 * that the client's security profile allows), or else RS256; a logout token's, where nothing was named, RS256 if the server lists it.
 * It is never {@code none}, and never one with a shared secret unless that was given. What a token's header says about keys is not
 * heeded. Where encryption is registered, a token that is not encrypted is refused.
 *
 * <p>Safe for use by any number of threads. One verifier serves any number of clients whose registration is alike.
 */
public final class JoseIdTokens implements IdTokenVerifier {

    private final ServerKeys keys;
    private final ResponseRules idTokens;
    private final Map<SignedResponse, ResponseRules> responses;
    private final Set<SignedResponse> required;

    JoseIdTokens(
            ServerKeys keys,
            ResponseRules idTokens,
            Map<SignedResponse, ResponseRules> responses,
            Set<SignedResponse> required) {
        this.keys = Objects.requireNonNull(keys, "keys");
        this.idTokens = idTokens;
        this.responses = new EnumMap<>(responses);
        this.required = Set.copyOf(required);
    }

    /**
     * A verifier for what most servers send: signed with a public key that is found at the {@code jwks_uri}.
     *
     * @param transport fetches the keys
     * @return the verifier
     */
    public static JoseIdTokens create(HttpTransport transport) {
        return builder(ServerKeys.fetchedOver(transport)).build();
    }

    /**
     * Starts a verifier.
     *
     * @param keys the servers' keys
     * @return a builder
     */
    public static JoseIdTokensBuilder builder(ServerKeys keys) {
        return new JoseIdTokensBuilder(keys);
    }

    @Override
    public IdTokenClaims verify(IdToken token, AuthorizationServerMetadata server, ClientId client) throws IOException {
        return claims(verified(token.reveal(), idTokens, server));
    }

    @Override
    public IdTokenClaims claims(SignedResponse kind, String jwt, AuthorizationServerMetadata server, ClientId client)
            throws IOException {
        ResponseRules rules = Objects.requireNonNull(responses.get(kind), "kind");
        return claims(verified(jwt, rules, server));
    }

    @Override
    public boolean requiresSigned(SignedResponse kind) {
        return required.contains(kind);
    }

    @Override
    public JoseIdTokens within(Set<String> algorithms) {
        Map<SignedResponse, ResponseRules> narrowed = new EnumMap<>(SignedResponse.class);
        responses.forEach((kind, rules) -> narrowed.put(kind, rules.withProfile(algorithms)));
        return new JoseIdTokens(keys, idTokens.withProfile(algorithms), narrowed, required);
    }

    @Override
    public String toString() {
        return "JoseIdTokens[" + keys + "]";
    }

    private static IdTokenClaims claims(VerifiedJwt verified) {
        return IdTokenClaims.of(verified.header().algorithm(), verified.claims());
    }

    private VerifiedJwt verified(String jwt, ResponseRules rules, AuthorizationServerMetadata server)
            throws IOException {
        try {
            return Verification.verify(jwt, rules, server, keys.of(server));
        } catch (JoseFault e) {
            throw new InvalidResponseException(rules.name(), hostOf(server), e.problem());
        }
    }

    /** The host that messages name: where tokens come from, or who the server says to be. */
    static String hostOf(AuthorizationServerMetadata server) {
        String host = server.tokenEndpoint().map(URI::getHost).orElse(null);
        if (host == null) {
            try {
                host = URI.create(server.issuer()).getHost();
            } catch (IllegalArgumentException e) {
                host = null;
            }
        }
        return host == null ? "the server" : host;
    }
}
