package dev.latchkey.platform.token;

import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.RefreshTokenPolicy;
import java.time.Instant;
import java.util.Optional;

/** Refresh tokens: issue, redeem once or often, detect reuse. */
public final class RefreshTokens {
    private final Realm realm;
    private final AccessTokens accessTokens;
    private final Ledger<Entry> entries = new Ledger<>();
    private final Ledger<Boolean> deadFamilies = new Ledger<>();

    RefreshTokens(Realm realm, AccessTokens accessTokens) {
        this.realm = realm;
        this.accessTokens = accessTokens;
    }

    /**
     * Issues a token.
     *
     * @param delegation what the user granted
     * @return the token
     */
    String issue(Delegation delegation) {
        String token = realm.secret();
        entries.put(token, new Entry(delegation, realm.now().plus(realm.rules().refreshTokenLifetime()), false));
        return token;
    }

    /**
     * Redeems a token.
     *
     * @param token the token
     * @param client who redeems it
     * @return what the user granted
     * @throws ProtocolException if it is unknown, too old, someone else's, revoked, or was rotated before
     */
    Delegation redeem(String token, Client client) {
        Entry entry = entries.find(token)
                .filter(found -> found.delegation.client().id().equals(client.id()))
                .orElseThrow(() -> refused(9002313, "The refresh token is not known for this client."));
        String family = entry.delegation.family();
        if (deadFamilies.find(family).isPresent()) {
            throw refused(50173, "The grant was revoked; a new sign-in is needed.");
        }
        if (!realm.now().isBefore(entry.expiresAt)) {
            throw refused(700082, "The refresh token has expired.");
        }
        if (realm.rules().refreshTokens() == RefreshTokenPolicy.ROTATE) {
            // look and mark are one step: of two redeemers at the same instant one is a replay
            Optional<Entry> before = entries.update(token, Entry::spent);
            if (before.isEmpty() || before.get().used) {
                revokeFamily(family);
                throw refused(70000, "The refresh token was redeemed before; all of its family is revoked now.");
            }
        }
        return entry.delegation;
    }

    /** The delegation of a token, good or not. */
    Optional<Delegation> find(String token) {
        return entries.find(token).map(entry -> entry.delegation);
    }

    /**
     * Revokes every token of a family.
     *
     * @param family its name
     */
    void revokeFamily(String family) {
        deadFamilies.put(family, true);
        accessTokens.revoke(family);
    }

    private static ProtocolException refused(int number, String description) {
        return new ProtocolException("invalid_grant", number, "bad_token", description);
    }

    private static final class Entry {
        private final Delegation delegation;
        private final Instant expiresAt;
        private final boolean used;

        Entry(Delegation delegation, Instant expiresAt, boolean used) {
            this.delegation = delegation;
            this.expiresAt = expiresAt;
            this.used = used;
        }

        Entry spent() {
            return new Entry(delegation, expiresAt, true);
        }
    }
}
