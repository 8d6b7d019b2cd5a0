package dev.latchkey.auth.session;

import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenResponse;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a session: one refresh token, access tokens by what they were asked for, what later ID tokens are
 * compared with, and the saved token binding. Immutable; each change gives a new record. It prints no token.
 */
public final class SessionRecord {

    private static final int MAX_ACCESS_TOKENS = 100;

    private final @Nullable Account account;
    private final @Nullable RefreshToken refreshToken;
    private final Map<String, AccessToken> accessTokens;
    private final Map<String, Object> idToken;
    private final @Nullable SavedBinding binding;

    SessionRecord(
            @Nullable Account account,
            @Nullable RefreshToken refreshToken,
            Map<String, AccessToken> accessTokens,
            Map<String, Object> idToken,
            @Nullable SavedBinding binding) {
        this.account = account;
        this.refreshToken = refreshToken;
        this.accessTokens = Collections.unmodifiableMap(new LinkedHashMap<>(accessTokens));
        this.idToken = Collections.unmodifiableMap(new LinkedHashMap<>(idToken));
        this.binding = binding;
    }

    /**
     * The record of the application itself.
     *
     * @param binding its saved token binding, or null
     * @return a record without tokens
     */
    public static SessionRecord ofApplication(@Nullable SavedBinding binding) {
        return new SessionRecord(null, null, Map.of(), Map.of(), binding);
    }

    /**
     * The record of somebody who signed in.
     *
     * @param account who
     * @param claims the claims of the ID token, or null
     * @param binding the saved token binding, or null
     * @return a record without tokens
     */
    public static SessionRecord of(Account account, @Nullable IdTokenClaims claims, @Nullable SavedBinding binding) {
        Map<String, Object> kept = new LinkedHashMap<>();
        if (claims != null) {
            for (String name : new String[] {"iss", "sub", "auth_time", "nonce"}) {
                claims.claim(name).ifPresent(value -> kept.put(name, value));
            }
        }
        return new SessionRecord(account, null, Map.of(), kept, binding);
    }

    /**
     * Adds what a server granted. A new refresh token replaces the old one; without a new one the old one stays
     * (RFC 6749 §6). Access tokens that have expired are dropped.
     *
     * @param asked what was asked for
     * @param response what was granted
     * @param now the instant
     * @return a new record
     */
    public SessionRecord with(AskedFor asked, TokenResponse response, Instant now) {
        Map<String, AccessToken> tokens = new LinkedHashMap<>(accessTokens);
        tokens.values()
                .removeIf(token ->
                        token.expiresAt().filter(end -> end.isBefore(now)).isPresent());
        tokens.remove(asked.text());
        tokens.put(asked.text(), response.accessToken());
        // Those that never expire would pile up: the ones that were asked for longest ago go first.
        Iterator<String> oldest = tokens.keySet().iterator();
        while (tokens.size() > MAX_ACCESS_TOKENS) {
            oldest.next();
            oldest.remove();
        }
        return new SessionRecord(account, response.refreshToken().orElse(refreshToken), tokens, idToken, binding);
    }

    /**
     * Adds a new refresh token and nothing else.
     *
     * @param response what was granted
     * @return a new record
     */
    public SessionRecord withRefreshTokenOf(TokenResponse response) {
        return new SessionRecord(account, response.refreshToken().orElse(refreshToken), accessTokens, idToken, binding);
    }

    /**
     * Tells whether a grant that another record's refresh token and key brought belongs into this one.
     *
     * @param base the record whose refresh token was redeemed
     * @return false if somebody has signed in anew, or refreshed, since
     */
    public boolean continues(SessionRecord base) {
        return Objects.equals(refreshToken, base.refreshToken) && Objects.equals(binding, base.binding);
    }

    /**
     * Tells who signed in.
     *
     * @return the account, or nothing for the application itself
     */
    public Optional<Account> account() {
        return Optional.ofNullable(account);
    }

    /**
     * Gives the refresh token.
     *
     * @return the token, or nothing
     */
    public Optional<RefreshToken> refreshToken() {
        return Optional.ofNullable(refreshToken);
    }

    /**
     * Finds an access token.
     *
     * @param asked what was asked for
     * @return the token, which may have expired, or nothing
     */
    public Optional<AccessToken> accessToken(AskedFor asked) {
        return Optional.ofNullable(accessTokens.get(asked.text()));
    }

    Map<String, AccessToken> accessTokens() {
        return accessTokens;
    }

    /**
     * Gives what later ID tokens are compared with.
     *
     * @return {@code iss}, {@code sub}, {@code auth_time} and {@code nonce}, those that there were
     */
    public Map<String, Object> idToken() {
        return idToken;
    }

    /**
     * Gives the saved token binding.
     *
     * @return the binding, or nothing
     */
    public Optional<SavedBinding> binding() {
        return Optional.ofNullable(binding);
    }

    /**
     * Tells when nothing in the record is of use any more.
     *
     * @return never, with a refresh token or with an access token of unknown lifetime; else the last expiry
     */
    public Instant usableUntil() {
        if (refreshToken != null) {
            return StoreRecord.FOREVER;
        }
        Instant last = Instant.EPOCH;
        for (AccessToken token : accessTokens.values()) {
            Instant end = token.expiresAt().orElse(StoreRecord.FOREVER);
            last = end.isAfter(last) ? end : last;
        }
        return last;
    }

    @Override
    public String toString() {
        return "SessionRecord[" + (account == null ? "application" : account)
                + (refreshToken == null ? "" : ", " + refreshToken) + ", access tokens " + accessTokens.size() + "]";
    }
}
