package dev.latchkey.auth.session;

import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a session: one refresh token, access tokens by what they were asked for, what later ID tokens are
 * compared with, the saved token binding, and the lease of whoever is redeeming the refresh token. Immutable; each change
 * gives a new record. It prints no token.
 */
public final class SessionRecord {

    private static final int MAX_ACCESS_TOKENS = 100;
    private static final Duration LONGEST_LIFE = Duration.ofDays(3650);

    final @Nullable Account account;
    final @Nullable RefreshToken refreshToken;
    final Map<String, StoredToken> accessTokens;
    final Map<String, Object> idToken;
    final @Nullable SavedBinding binding;
    final @Nullable Lease lease;
    // Whether the server has answered a refresh and left the refresh token in use, which it then does not rotate.
    final boolean refreshTokenKept;
    // Members of a newer release, which must survive a change by this one; the account's are apart, since it is a value
    // of the application's.
    final transient Map<String, Object> unknown;
    final transient Map<String, Object> unknownOfAccount;

    SessionRecord(
            @Nullable Account account,
            @Nullable RefreshToken refreshToken,
            Map<String, StoredToken> accessTokens,
            Map<String, Object> idToken,
            @Nullable SavedBinding binding,
            @Nullable Lease lease,
            boolean refreshTokenKept,
            Map<String, Object> unknown,
            Map<String, Object> unknownOfAccount) {
        this.account = account;
        this.refreshToken = refreshToken;
        this.accessTokens = Collections.unmodifiableMap(accessTokens);
        this.idToken = Collections.unmodifiableMap(idToken);
        this.binding = binding;
        this.lease = lease;
        this.refreshTokenKept = refreshTokenKept;
        this.unknown = Collections.unmodifiableMap(unknown);
        this.unknownOfAccount = Collections.unmodifiableMap(unknownOfAccount);
    }

    /**
     * The record of the application itself, or of a grant that the application can make anew.
     *
     * @param binding its saved token binding, or null
     * @return a record without tokens
     */
    public static SessionRecord ofApplication(@Nullable SavedBinding binding) {
        return new SessionRecord(null, null, Map.of(), Map.of(), binding, null, false, Map.of(), Map.of());
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
        return new SessionRecord(account, null, Map.of(), kept, binding, null, false, Map.of(), Map.of());
    }

    /**
     * Adds what a server granted. A new refresh token replaces the old one; without a new one the old one stays
     * (RFC 6749 §6). Access tokens that have expired are dropped. The record of a grant that can be made anew keeps no
     * refresh token, which nobody would redeem.
     *
     * @param asked what was asked for
     * @param response what was granted
     * @param now the instant
     * @return a new record
     */
    public SessionRecord with(AskedFor asked, TokenResponse response, Instant now) {
        Map<String, StoredToken> tokens = unexpired(now);
        tokens.remove(asked.text());
        tokens.put(asked.text(), stored(response, now));
        // Those that never expire would pile up: the ones that were asked for longest ago go first.
        Iterator<String> oldest = tokens.keySet().iterator();
        while (tokens.size() > MAX_ACCESS_TOKENS) {
            oldest.next();
            oldest.remove();
        }
        return refreshed(response, tokens);
    }

    /**
     * Adds a new refresh token and nothing else.
     *
     * @param response what was granted
     * @param keepsOthers whether access tokens of before are good still
     * @return a new record
     */
    public SessionRecord withRefreshTokenOf(TokenResponse response, boolean keepsOthers) {
        return refreshed(response, keepsOthers ? accessTokens : Map.of());
    }

    /**
     * Takes the refresh token away, because the server will not accept it any more.
     *
     * @param now the instant
     * @return a new record with the access tokens that are still valid
     */
    public SessionRecord withoutRefreshToken(Instant now) {
        return changed(null, unexpired(now), null);
    }

    /**
     * Marks, or unmarks, that the refresh token is being redeemed.
     *
     * @param lease by whom, or null
     * @return a new record
     */
    public SessionRecord withLease(@Nullable Lease lease) {
        return changed(refreshToken, accessTokens, lease);
    }

    /**
     * Takes back one's own mark, and nobody else's: whoever has broken the lease is at it.
     *
     * @param own the lease that one had
     * @return a new record, or this one if the lease is another's
     */
    public SessionRecord withoutLease(Lease own) {
        return lease != null && own.equals(lease) ? withLease(null) : this;
    }

    /**
     * Keeps the authorization server's last nonce (RFC 9449 §8), with the key whose proofs it is for.
     *
     * @param nonce the nonce
     * @return a new record, or this one if it has the nonce, or no key
     */
    public SessionRecord withServerNonce(ServerNonce nonce) {
        return binding == null || Objects.equals(nonce, binding.nonce())
                ? this
                : changed(refreshToken, accessTokens, binding.withNonce(nonce), lease);
    }

    /**
     * Keeps the token binding as a refresh has made it.
     *
     * @param saved what {@link dev.latchkey.auth.credential.TokenBinding#saveRefreshed} gave, if anything
     * @return a new record, or this one if there is nothing new, or no binding
     */
    public SessionRecord withBinding(Optional<byte[]> saved) {
        return binding == null || saved.isEmpty()
                ? this
                : changed(refreshToken, accessTokens, binding.withSaved(saved.get()), lease);
    }

    /**
     * Gives the authorization server's last nonce.
     *
     * @return the nonce, or nothing
     */
    public Optional<ServerNonce> serverNonce() {
        return binding == null ? Optional.empty() : Optional.ofNullable(binding.nonce());
    }

    /**
     * What a record keeps of a response's access token.
     *
     * @param response the response
     * @param now the instant
     * @return the token with its instants
     */
    public static StoredToken stored(TokenResponse response, Instant now) {
        Object member = response.members().get("refresh_in");
        long refreshIn = member instanceof Long ? (Long) member : 0;
        boolean sensible = refreshIn > 0 && refreshIn <= LONGEST_LIFE.toSeconds();
        return StoredToken.issued(response.accessToken(), now, sensible ? Duration.ofSeconds(refreshIn) : null);
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
     * Finds an access token that serves what is asked for: one that was asked for in the same way, or that was granted
     * exactly the scopes asked for, or more, if the scopes belong to one resource and the token is for that one.
     *
     * @param asked what is asked for
     * @param resource tells the one resource of scopes, where the server's scopes have one
     * @return the token, which may have expired, or nothing
     */
    public Optional<StoredToken> accessToken(AskedFor asked, Function<Scopes, Optional<String>> resource) {
        StoredToken exact = accessTokens.get(asked.text());
        if (exact != null || asked.scopes().isEmpty()) {
            return Optional.ofNullable(exact);
        }
        String extras = asked.extras();
        String of = resource.apply(asked.scopes()).orElse(null);
        boolean resourceNamed = !asked.options().parameters().all("resource").isEmpty();
        StoredToken best = null;
        for (Map.Entry<String, StoredToken> each : accessTokens.entrySet()) {
            Scopes granted = each.getValue().token().scopes();
            boolean alike = AskedFor.extrasOf(each.getKey()).equals(extras);
            boolean oneResource = resourceNamed
                    || (of != null && of.equals(resource.apply(granted).orElse(null)));
            if (alike && (granted.equals(asked.scopes()) || (oneResource && granted.containsAll(asked.scopes())))) {
                best = each.getValue();
            }
        }
        return Optional.ofNullable(best);
    }

    /**
     * Gives all access tokens, whatever they were asked for with.
     *
     * @return the tokens, expired ones among them
     */
    public List<AccessToken> accessTokens() {
        List<AccessToken> tokens = new ArrayList<>();
        accessTokens.values().forEach(each -> tokens.add(each.token()));
        return tokens;
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
     * Gives the lease.
     *
     * @return the lease of whoever is redeeming the refresh token, or did not come to the end of it; or nothing
     */
    public Optional<Lease> lease() {
        return Optional.ofNullable(lease);
    }

    /**
     * Tells whether the server was seen to leave this refresh token in use when it had been redeemed.
     *
     * @return true after a refresh that brought no other; false if it is not known
     */
    public boolean keepsRefreshToken() {
        return refreshTokenKept;
    }

    /**
     * Tells whether there is anything left in it.
     *
     * @return true without a refresh token and without access tokens
     */
    public boolean isEmpty() {
        return refreshToken == null && accessTokens.isEmpty();
    }

    /**
     * Tells when nothing in the record is of use any more.
     *
     * @return never, with a refresh token or with somebody's access token of unknown lifetime, which serves until it is
     *     refused; else the last end, which a grant's token of unknown lifetime has too, since a new one is to be had
     */
    public Instant usableUntil() {
        if (refreshToken != null) {
            return StoreRecord.FOREVER;
        }
        Instant last = Instant.EPOCH;
        for (StoredToken token : accessTokens.values()) {
            Instant end = endOf(token);
            last = end.isAfter(last) ? end : last;
        }
        return last;
    }

    private Instant endOf(StoredToken stored) {
        Instant assumed = account == null
                ? stored.issuedAt()
                        .map(issued -> issued.plus(StoredToken.ASSUMED_LIFETIME))
                        .orElse(Instant.EPOCH)
                : StoreRecord.FOREVER;
        return stored.token().expiresAt().orElse(assumed);
    }

    private Map<String, StoredToken> unexpired(Instant now) {
        Map<String, StoredToken> tokens = new LinkedHashMap<>(accessTokens);
        tokens.values().removeIf(each -> endOf(each).isBefore(now));
        return tokens;
    }

    private SessionRecord refreshed(TokenResponse response, Map<String, StoredToken> tokens) {
        RefreshToken after = account == null ? null : response.refreshToken().orElse(refreshToken);
        boolean kept = refreshToken != null && Objects.equals(refreshToken, after);
        return new SessionRecord(account, after, tokens, idToken, binding, lease, kept, unknown, unknownOfAccount);
    }

    private SessionRecord changed(
            @Nullable RefreshToken refreshToken, Map<String, StoredToken> accessTokens, @Nullable Lease lease) {
        return changed(refreshToken, accessTokens, binding, lease);
    }

    private SessionRecord changed(
            @Nullable RefreshToken refreshToken,
            Map<String, StoredToken> accessTokens,
            @Nullable SavedBinding binding,
            @Nullable Lease lease) {
        return new SessionRecord(
                account,
                refreshToken,
                accessTokens,
                idToken,
                binding,
                lease,
                refreshTokenKept,
                unknown,
                unknownOfAccount);
    }

    @Override
    public String toString() {
        return "SessionRecord[" + (account == null ? "application" : account)
                + (refreshToken == null ? "" : ", " + refreshToken) + ", access tokens " + accessTokens.size()
                + (lease == null ? "" : ", " + lease) + "]";
    }
}
