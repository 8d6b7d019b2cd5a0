package dev.latchkey.auth.session;

import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenType;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes session records as versioned JSON and reads them back. */
final class SessionCodec {

    private static final long VERSION = 1;

    private SessionCodec() {}

    static StoreRecord encode(SessionRecord session) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("v", VERSION);
        session.account().ifPresent(account -> json.put("account", account(account)));
        session.refreshToken().ifPresent(token -> json.put("refresh_token", token.reveal()));
        if (!session.idToken().isEmpty()) {
            json.put("id_token", session.idToken());
        }
        Map<String, Object> tokens = new LinkedHashMap<>();
        session.accessTokens().forEach((asked, token) -> tokens.put(asked, token(token)));
        json.put("access_tokens", tokens);
        session.binding().ifPresent(binding -> {
            Map<String, Object> saved = new LinkedHashMap<>();
            saved.put("kind", binding.kind());
            saved.put("saved", binding.saved());
            json.put("binding", saved);
        });
        return StoreRecord.of(Json.write(json), session.usableUntil());
    }

    /** Gives nothing for bytes that are not a record of a version that this release knows. */
    static Optional<SessionRecord> decode(StoreRecord record) {
        try {
            Fields json = new Fields(Json.object(record.content()));
            if (json.number("v") != VERSION) {
                return Optional.empty();
            }
            Map<String, AccessToken> tokens = new LinkedHashMap<>();
            Fields saved = json.object("access_tokens");
            for (String asked : saved.names()) {
                tokens.put(asked, token(saved.object(asked)));
            }
            String refreshToken = json.optionalText("refresh_token");
            return Optional.of(new SessionRecord(
                    json.has("account") ? account(json.object("account")) : null,
                    refreshToken == null ? null : RefreshToken.of(refreshToken),
                    tokens,
                    json.has("id_token") ? json.object("id_token").present() : Map.of(),
                    json.has("binding") ? binding(json.object("binding")) : null));
        } catch (JsonFault | IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    static Map<String, Object> account(Account account) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("issuer", account.issuer());
        json.put("subject", account.subject());
        account.tenant().ifPresent(tenant -> json.put("tenant", tenant));
        account.username().ifPresent(name -> json.put("username", name));
        if (!account.session().isEmpty()) {
            json.put("session", account.session());
        }
        return json;
    }

    private static Account account(Fields json) {
        Account account = Account.of(json.text("issuer"), json.text("subject"));
        String tenant = json.optionalText("tenant");
        String username = json.optionalText("username");
        String session = json.optionalText("session");
        account = tenant == null ? account : account.withTenant(tenant);
        account = username == null ? account : account.withUsername(username);
        return session == null ? account : account.withSession(session);
    }

    private static Map<String, Object> token(AccessToken token) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("token", token.reveal());
        json.put("type", token.type().name());
        token.expiresAt().ifPresent(end -> json.put("expires_at", end.getEpochSecond()));
        json.put("scope", token.scopes().toString());
        return json;
    }

    private static AccessToken token(Fields json) {
        @Nullable Instant expiresAt = json.has("expires_at") ? Instant.ofEpochSecond(json.number("expires_at")) : null;
        return AccessToken.of(
                json.text("token"), TokenType.of(json.text("type")), expiresAt, Scopes.parse(json.text("scope")));
    }

    private static SavedBinding binding(Fields json) {
        return new SavedBinding(json.text("kind"), json.text("saved"));
    }
}
