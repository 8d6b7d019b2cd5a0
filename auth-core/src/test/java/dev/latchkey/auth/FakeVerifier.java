package dev.latchkey.auth;

import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.token.IdToken;
import java.util.Map;
import java.util.Set;

/** Takes {@code signed.<kind>} for a JWT of that kind with given claims, and everything else for a forgery. */
final class FakeVerifier implements IdTokenVerifier {

    private final Map<String, Object> claims;
    private final Set<SignedResponse> required;

    FakeVerifier(Map<String, Object> claims, SignedResponse... required) {
        this.claims = claims;
        this.required = Set.of(required);
    }

    @Override
    public IdTokenClaims verify(IdToken token, AuthorizationServerMetadata server, ClientId client) {
        return ClaimsOnlyIdTokens.dangerouslyWithoutSignature().verify(token, server, client);
    }

    @Override
    public IdTokenClaims claims(SignedResponse kind, String jwt, AuthorizationServerMetadata server, ClientId client) {
        if (!jwt.equals("signed." + kind)) {
            throw new InvalidResponseException("signature", "as.example.com", "is wrong");
        }
        return IdTokenClaims.of("PS256", claims);
    }

    @Override
    public boolean requiresSigned(SignedResponse kind) {
        return required.contains(kind);
    }
}
