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
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes session records as versioned JSON and reads them back.
 *
 * <p>Format 2 added when a token was issued and is to be replaced, and the lease. Format 1 is read. Members that a release
 * does not know are kept and written back; a change that older releases must not pass over raises the format.
 */
final class SessionCodec {

    private static final long FORMAT = 2;
    private static final Set<String> MEMBERS = Set.of(
            "v", "account", "refresh_token", "id_token", "access_tokens", "binding", "lease", "refresh_token_kept");
    private static final Set<String> TOKEN_MEMBERS =
            Set.of("token", "type", "expires_at", "scope", "issued_at", "refresh_at");

    private static final Set<String> ACCOUNT_MEMBERS = Set.of("issuer", "subject", "tenant", "username", "session");
    private static final Set<String> BINDING_MEMBERS = Set.of("kind", "saved", "nonce", "nonce_origin");
    private static final Set<String> LEASE_MEMBERS = Set.of("owner", "millis", "attempts");

    private static final byte[] PLACE = Json.write(Map.of("place", true));

    private SessionCodec() {}

    static StoreRecord encode(SessionRecord session) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("v", FORMAT);
        session.account().ifPresent(account -> {
            Map<String, Object> who = account(account);
            who.putAll(session.unknownOfAccount);
            json.put("account", who);
        });
        session.refreshToken().ifPresent(token -> json.put("refresh_token", token.reveal()));
        if (!session.idToken().isEmpty()) {
            json.put("id_token", session.idToken());
        }
        Map<String, Object> tokens = new LinkedHashMap<>();
        session.accessTokens.forEach((asked, token) -> tokens.put(asked, token(asked, token)));
        json.put("access_tokens", tokens);
        if (session.refreshTokenKept) {
            json.put("refresh_token_kept", true);
        }
        session.binding().ifPresent(binding -> {
            Map<String, Object> saved = new LinkedHashMap<>();
            saved.put("kind", binding.kind());
            saved.put("saved", binding.saved());
            ServerNonce nonce = binding.nonce();
            if (nonce != null) {
                saved.put("nonce", nonce.text());
                nonce.origin().ifPresent(origin -> saved.put("nonce_origin", origin));
            }
            saved.putAll(binding.unknown());
            json.put("binding", saved);
        });
        session.lease().ifPresent(lease -> {
            Map<String, Object> held = new LinkedHashMap<>();
            held.put("owner", lease.owner());
            held.put("millis", lease.duration().toMillis());
            held.put("attempts", (long) lease.attempts());
            held.putAll(lease.unknown());
            json.put("lease", held);
        });
        json.putAll(session.unknown);
        return StoreRecord.of(Json.write(json), session.usableUntil());
    }

    /** The place of a session that is about to be written. There is none yet. */
    static StoreRecord place(Instant usableUntil) {
        return StoreRecord.of(PLACE, usableUntil);
    }

    static boolean isPlace(byte[] content) {
        return Arrays.equals(PLACE, content);
    }

    /** Gives nothing for bytes that are not a record of a format that this release knows. */
    static Optional<SessionRecord> decode(byte[] content) {
        try {
            Fields json = new Fields(Json.object(content));
            long format = json.number("v");
            if (format < 1 || format > FORMAT) {
                return Optional.empty();
            }
            Map<String, StoredToken> tokens = new LinkedHashMap<>();
            Fields saved = json.object("access_tokens");
            for (String asked : saved.names()) {
                tokens.put(asked, token(asked, saved.object(asked)));
            }
            String refreshToken = json.optionalText("refresh_token");
            return Optional.of(new SessionRecord(
                    json.has("account") ? account(json.object("account")) : null,
                    refreshToken == null ? null : RefreshToken.of(refreshToken),
                    tokens,
                    json.has("id_token") ? json.object("id_token").present() : Map.of(),
                    json.has("binding") ? binding(json.object("binding")) : null,
                    json.has("lease") ? lease(json.object("lease")) : null,
                    json.has("refresh_token_kept"),
                    json.others(MEMBERS),
                    json.has("account") ? json.object("account").others(ACCOUNT_MEMBERS) : Map.of()));
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

    // What was granted is written only where it is not just what was asked for, whose name is the token's key.
    private static Map<String, Object> token(String asked, StoredToken stored) {
        AccessToken token = stored.token();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("token", token.reveal());
        json.put("type", token.type().name());
        token.expiresAt().ifPresent(end -> json.put("expires_at", end.getEpochSecond()));
        String granted = token.scopes().toString();
        if (!granted.equals(asked)) {
            json.put("scope", granted);
        }
        stored.issuedAt().ifPresent(instant -> json.put("issued_at", instant.toEpochMilli()));
        stored.refreshAt().ifPresent(instant -> json.put("refresh_at", instant.toEpochMilli()));
        json.putAll(stored.unknown());
        return json;
    }

    private static StoredToken token(String asked, Fields json) {
        @Nullable Instant expiresAt = json.has("expires_at") ? Instant.ofEpochSecond(json.number("expires_at")) : null;
        return new StoredToken(
                AccessToken.of(
                        json.text("token"),
                        TokenType.of(json.text("type")),
                        expiresAt,
                        Scopes.parse(json.has("scope") ? json.text("scope") : asked)),
                json.has("issued_at") ? Instant.ofEpochMilli(json.number("issued_at")) : null,
                json.has("refresh_at") ? Instant.ofEpochMilli(json.number("refresh_at")) : null,
                json.others(TOKEN_MEMBERS));
    }

    private static SavedBinding binding(Fields json) {
        String nonce = json.optionalText("nonce");
        return new SavedBinding(
                json.text("kind"),
                json.text("saved"),
                nonce == null ? null : ServerNonce.of(nonce, json.optionalText("nonce_origin")),
                json.others(BINDING_MEMBERS));
    }

    private static Lease lease(Fields json) {
        long attempts = json.has("attempts") ? json.number("attempts") : 1;
        return Lease.read(
                json.text("owner"),
                Duration.ofMillis(Math.max(0, json.number("millis"))),
                (int) Math.max(1, Math.min(attempts, Integer.MAX_VALUE - 1)),
                json.others(LEASE_MEMBERS));
    }
}
