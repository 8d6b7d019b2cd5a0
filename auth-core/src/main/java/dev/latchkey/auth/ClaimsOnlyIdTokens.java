package dev.latchkey.auth;

import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.token.IdToken;
import java.net.URI;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads an ID token's claims without looking at its signature.
 *
 * <p>OpenID Connect Core §3.1.3.7, point 6, allows this for a token that came straight from the token endpoint over TLS,
 * as all of this client's do: then the TLS certificate vouches for it. Whoever gets between (a proxy that ends TLS, a
 * trust store with a foreign authority in it) can then say who signed in. Verifying signatures is better. Stateless.
 */
public final class ClaimsOnlyIdTokens implements IdTokenVerifier {

    private static final int MAX_LENGTH = 256 * 1024;

    private ClaimsOnlyIdTokens() {}

    /**
     * A verifier that does not verify signatures. The claims are checked all the same.
     *
     * @return the verifier
     */
    public static ClaimsOnlyIdTokens dangerouslyWithoutSignature() {
        return new ClaimsOnlyIdTokens();
    }

    @Override
    public IdTokenClaims verify(IdToken token, AuthorizationServerMetadata server, ClientId client) {
        String host = URI.create(server.tokenEndpoint().map(URI::toString).orElse(server.issuer()))
                .getHost();
        List<String> parts = List.of(token.reveal().split("\\.", -1));
        if (parts.size() != 3 || token.reveal().length() > MAX_LENGTH) {
            throw new InvalidResponseException(
                    "id_token",
                    host,
                    parts.size() == 5 ? "is encrypted, which this verifier cannot read" : "is not a signed JWT");
        }
        Object algorithm = part(parts.get(0), host).get("alg");
        if (!(algorithm instanceof String) || ((String) algorithm).equalsIgnoreCase("none")) {
            throw new InvalidResponseException("id_token", host, "is not signed: alg is none or missing");
        }
        return IdTokenClaims.of((String) algorithm, part(parts.get(1), host));
    }

    @Override
    public String toString() {
        return "ClaimsOnlyIdTokens[without signature]";
    }

    private static Map<String, Object> part(String encoded, String host) {
        try {
            Map<String, Object> present = new LinkedHashMap<>();
            for (Map.Entry<String, @Nullable Object> each :
                    Json.object(Base64.getUrlDecoder().decode(encoded)).entrySet()) {
                if (each.getValue() != null) {
                    present.put(each.getKey(), each.getValue());
                }
            }
            return present;
        } catch (JsonFault e) {
            throw new InvalidResponseException("id_token", host, e.field() + " " + e.problem());
        } catch (IllegalArgumentException e) {
            throw new InvalidResponseException("id_token", host, "is not base64url");
        }
    }
}
