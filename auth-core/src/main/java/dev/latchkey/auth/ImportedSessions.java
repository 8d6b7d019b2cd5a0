package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes a session of a refresh token that somebody else was given. What the server grants for it is kept until it is a
 * session, since the token may be of no use any more by then.
 */
final class ImportedSessions {

    private static final int MAX_UNFINISHED = 100;

    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final SignIns signIns;
    private final Bindings bindings;
    // By the token that was given for it: the import can be finished with whatever was missing.
    private final ConcurrentMap<RefreshToken, Redeemed> unfinished = new ConcurrentHashMap<>();

    ImportedSessions(ServerDirectory directory, TokenEndpoint tokenEndpoint, SignIns signIns, Bindings bindings) {
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.signIns = signIns;
        this.bindings = bindings;
    }

    SignIn redeem(RefreshToken token, Scopes scopes, AccountNaming naming) {
        signIns.requireNameable(scopes, naming);
        Redeemed before = unfinished.get(token);
        Redeemed now = before != null && before.serves(scopes) ? before : redeem(token, before, scopes);
        SignIn signIn;
        try {
            // Neither need an ID token come with a refresh, nor is it known which nonce it might repeat (OpenID Connect
            // Core §12.2).
            signIn = signIns.accept(
                    now.server,
                    now.response,
                    AskedFor.of(scopes, RequestOptions.NONE),
                    naming,
                    now.binding,
                    checks -> {});
        } catch (InvalidResponseException e) {
            // The same response would be refused again.
            now.refused = true;
            throw e;
        }
        unfinished.remove(token);
        return signIn;
    }

    private Redeemed redeem(RefreshToken token, @Nullable Redeemed before, Scopes scopes) {
        AuthorizationServerMetadata server = directory.metadata();
        TokenBinding binding = before == null ? bindings.create(server) : before.binding;
        RefreshToken good =
                before == null ? token : before.response.refreshToken().orElse(token);
        TokenResponse granted =
                tokenEndpoint.request(server, RefreshTokenGrant.of(good, scopes), scopes, RequestOptions.NONE, binding);
        // Without a new one the old one stays (RFC 6749 §6).
        TokenResponse response = TokenResponse.of(
                granted.accessToken(),
                granted.refreshToken().orElse(good),
                granted.idToken().orElse(null),
                granted.members());
        Redeemed redeemed = new Redeemed(server, scopes, response, binding);
        if (unfinished.size() >= MAX_UNFINISHED) {
            unfinished.keySet().stream().findAny().ifPresent(unfinished::remove);
        }
        unfinished.put(token, redeemed);
        return redeemed;
    }

    /** What the server granted for a token that is of no use any more, before it became a session. */
    private static final class Redeemed {

        private final AuthorizationServerMetadata server;
        private final Scopes scopes;
        private final TokenResponse response;
        private final @Nullable TokenBinding binding;
        private volatile boolean refused;

        Redeemed(
                AuthorizationServerMetadata server,
                Scopes scopes,
                TokenResponse response,
                @Nullable TokenBinding binding) {
            this.server = server;
            this.scopes = scopes;
            this.response = response;
            this.binding = binding;
        }

        boolean serves(Scopes asked) {
            return !refused && scopes.equals(asked);
        }
    }
}
