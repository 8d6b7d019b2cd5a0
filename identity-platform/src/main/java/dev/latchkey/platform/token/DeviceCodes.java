package dev.latchkey.platform.token;

import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.User;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Device codes (RFC 8628): issued, shown, approved or denied, polled. */
public final class DeviceCodes {
    // RFC 8628 §6.1: no vowels, so that no word comes out
    private static final String ALPHABET = "BCDFGHJKLMNPQRSTVWXZ";

    private final Realm realm;
    private final Ledger<Entry> byDeviceCode = new Ledger<>();
    private final Ledger<String> byUserCode = new Ledger<>();
    private volatile String latest = "";

    DeviceCodes(Realm realm) {
        this.realm = realm;
    }

    /** A code for the device; the user code is found by {@link #userCode}. */
    String issue(Client client, Authority authority, ScopeSet scopes, Claims claims) {
        String deviceCode = realm.secret();
        StringBuilder userCode = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            userCode.append(i == 4 ? "-" : "").append(ALPHABET.charAt(realm.number(ALPHABET.length())));
        }
        Entry entry = new Entry(
                client,
                authority,
                scopes,
                claims,
                userCode.toString(),
                realm.now().plus(realm.rules().deviceCodeLifetime()));
        byDeviceCode.put(deviceCode, entry);
        byUserCode.put(normal(entry.userCode), deviceCode);
        latest = entry.userCode;
        return deviceCode;
    }

    String userCode(String deviceCode) {
        return byDeviceCode.find(deviceCode).map(entry -> entry.userCode).orElse("");
    }

    /**
     * The latest user code.
     *
     * @return the code
     */
    public Optional<String> latestUserCode() {
        return Optional.of(latest).filter(code -> !code.isEmpty());
    }

    /**
     * The request behind a user code that nobody has decided on yet.
     *
     * @param userCode what was typed
     * @return client, authority and scopes
     */
    public Optional<Request> pending(String userCode) {
        return byUserCode
                .find(normal(userCode))
                .flatMap(byDeviceCode::find)
                .filter(entry -> entry.state == State.PENDING && realm.now().isBefore(entry.expiresAt))
                .map(entry -> new Request(entry.client, entry.authority, entry.scopes));
    }

    /**
     * Approves a pending request.
     *
     * @param userCode the user code
     * @param user who approves
     * @param authenticatedAt when the user showed a password
     * @return whether there was such a request
     */
    public boolean approve(String userCode, User user, Instant authenticatedAt) {
        return decide(userCode, entry -> entry.approved(user, authenticatedAt));
    }

    /**
     * Denies a pending request.
     *
     * @param userCode the user code
     * @return whether there was such a request
     */
    public boolean deny(String userCode) {
        return decide(userCode, Entry::denied);
    }

    private boolean decide(String userCode, java.util.function.UnaryOperator<Entry> decision) {
        if (pending(userCode).isEmpty()) {
            return false;
        }
        return byUserCode
                .find(normal(userCode))
                .flatMap(code -> byDeviceCode.update(
                        code, entry -> entry.state == State.PENDING ? decision.apply(entry) : entry))
                .filter(before -> before.state == State.PENDING)
                .isPresent();
    }

    Delegation poll(String deviceCode, Client client, Authority authority) {
        Instant now = realm.exactNow();
        Entry entry = byDeviceCode
                .find(deviceCode)
                .filter(found -> found.client.id().equals(client.id()) && found.authority.equals(authority))
                .orElseThrow(() -> authority.isMicrosoft()
                        ? new ProtocolException("bad_verification_code", 70018, "The device code is not known.")
                        : new ProtocolException("invalid_grant", 70018, "The device code is not known."));
        if (!realm.now().isBefore(entry.expiresAt)) {
            throw new ProtocolException("expired_token", 70020, "The device code has expired.");
        }
        switch (entry.state) {
            case APPROVED:
                return redeem(deviceCode);
            case DENIED:
                throw authority.isMicrosoft()
                        ? new ProtocolException("authorization_declined", 70017, "The user denied the request.")
                        : new ProtocolException("access_denied", 70017, "The user denied the request.");
            default:
                return refusePoll(deviceCode, entry, now);
        }
    }

    private Delegation refusePoll(String deviceCode, Entry entry, Instant now) {
        Duration interval = entry.interval.plus(realm.rules().devicePollInterval());
        boolean tooFast = entry.polledAt != null && now.isBefore(entry.polledAt.plus(interval));
        byDeviceCode.update(deviceCode, current -> current.polled(now, tooFast));
        throw tooFast
                ? new ProtocolException("slow_down", 70016, "Polling too fast: five seconds more between polls.")
                : new ProtocolException("authorization_pending", 70016, "The user has not decided yet.");
    }

    private Delegation redeem(String deviceCode) {
        Entry entry = byDeviceCode
                .remove(deviceCode)
                .orElseThrow(() -> new ProtocolException("invalid_grant", 54005, "The device code was redeemed."));
        if (entry.user == null || entry.authenticatedAt == null) {
            throw new IllegalStateException("approved by nobody");
        }
        return new Delegation(
                realm.guid(),
                entry.authority,
                entry.client,
                entry.user,
                realm.tenantOf(entry.user),
                entry.scopes,
                entry.authenticatedAt,
                null,
                entry.claims);
    }

    private static String normal(String userCode) {
        return userCode.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "");
    }

    private enum State {
        PENDING,
        APPROVED,
        DENIED
    }

    /** A request that a person can decide on. Immutable. */
    public static final class Request {
        private final Client client;
        private final Authority authority;
        private final ScopeSet scopes;

        Request(Client client, Authority authority, ScopeSet scopes) {
            this.client = client;
            this.authority = authority;
            this.scopes = scopes;
        }

        /**
         * Who asks.
         *
         * @return the client
         */
        public Client client() {
            return client;
        }

        /**
         * Where it asks.
         *
         * @return the authority
         */
        public Authority authority() {
            return authority;
        }

        /**
         * What for.
         *
         * @return the scopes
         */
        public ScopeSet scopes() {
            return scopes;
        }
    }

    private static final class Entry {
        private final Client client;
        private final Authority authority;
        private final ScopeSet scopes;
        private final Claims claims;
        private final String userCode;
        private final Instant expiresAt;
        private State state = State.PENDING;
        private Duration interval = Duration.ZERO;
        private @Nullable Instant polledAt;
        private @Nullable User user;
        private @Nullable Instant authenticatedAt;

        Entry(Client client, Authority authority, ScopeSet scopes, Claims claims, String userCode, Instant expiresAt) {
            this.client = client;
            this.authority = authority;
            this.scopes = scopes;
            this.claims = claims;
            this.userCode = userCode;
            this.expiresAt = expiresAt;
        }

        private Entry copy() {
            Entry copy = new Entry(client, authority, scopes, claims, userCode, expiresAt);
            copy.state = state;
            copy.interval = interval;
            copy.polledAt = polledAt;
            copy.user = user;
            copy.authenticatedAt = authenticatedAt;
            return copy;
        }

        Entry approved(User by, Instant at) {
            Entry next = copy();
            next.state = State.APPROVED;
            next.user = by;
            next.authenticatedAt = at;
            return next;
        }

        Entry denied() {
            Entry next = copy();
            next.state = State.DENIED;
            return next;
        }

        Entry polled(Instant at, boolean tooFast) {
            Entry next = copy();
            next.polledAt = at;
            if (tooFast) {
                next.interval = interval.plusSeconds(5);
            }
            return next;
        }
    }
}
