package dev.latchkey.platform.token;

import dev.latchkey.platform.directory.Client;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Authorization codes: issued by the authorization endpoint, redeemed once by the token endpoint. */
public final class AuthorizationCodes {
    private final Realm realm;
    private final RefreshTokens refreshTokens;
    private final Ledger<Entry> entries = new Ledger<>();

    AuthorizationCodes(Realm realm, RefreshTokens refreshTokens) {
        this.realm = realm;
        this.refreshTokens = refreshTokens;
    }

    /**
     * Issues a code.
     *
     * @param delegation what the user granted
     * @param redirectUri where the code is sent
     * @param challenge the S256 challenge
     * @return the code
     */
    public String issue(Delegation delegation, String redirectUri, @Nullable String challenge) {
        String code = realm.secret();
        Instant expiresAt = realm.now().plus(realm.rules().codeLifetime());
        entries.put(code, new Entry(delegation, redirectUri, challenge, expiresAt, false));
        return code;
    }

    Delegation redeem(String code, Client client, Authority authority, String redirectUri, String verifier) {
        Entry entry = entries.find(code)
                .filter(found -> found.delegation.client().id().equals(client.id()))
                .orElseThrow(() -> refused(9002313, "The code is not known for this client."));
        if (!entry.delegation.authority().equals(authority)) {
            throw refused(700005, "The code was issued by another authority.");
        }
        // look and mark are one step; a code that fails below is spent as well
        Optional<Entry> before = entries.update(code, Entry::spent);
        if (before.isEmpty() || before.get().used) {
            refreshTokens.revokeFamily(entry.delegation.family());
            throw refused(54005, "The code was redeemed before; the tokens issued for it are revoked now.");
        }
        if (!realm.now().isBefore(entry.expiresAt)) {
            throw refused(70008, "The code has expired.");
        }
        if (!entry.redirectUri.equals(redirectUri)) {
            throw refused(500112, "The redirect_uri is not the one of the authorization request.");
        }
        checkVerifier(entry, verifier);
        return entry.delegation;
    }

    private static void checkVerifier(Entry entry, String verifier) {
        if (entry.challenge == null) {
            if (!verifier.isEmpty()) {
                throw refused(501481, "A code_verifier came, but the authorization request had no challenge.");
            }
            return;
        }
        boolean wellFormed = verifier.matches("[A-Za-z0-9._~-]{43,128}");
        if (!wellFormed || !same(Subjects.challenge(verifier), entry.challenge)) {
            throw refused(501481, "The code_verifier does not match the code_challenge of the authorization request.");
        }
    }

    private static boolean same(String left, String right) {
        return MessageDigest.isEqual(
                left.getBytes(StandardCharsets.US_ASCII), right.getBytes(StandardCharsets.US_ASCII));
    }

    private static ProtocolException refused(int number, String description) {
        return new ProtocolException("invalid_grant", number, description);
    }

    private static final class Entry {
        private final Delegation delegation;
        private final String redirectUri;
        private final @Nullable String challenge;
        private final Instant expiresAt;
        private final boolean used;

        Entry(Delegation delegation, String redirectUri, @Nullable String challenge, Instant expiresAt, boolean used) {
            this.delegation = delegation;
            this.redirectUri = redirectUri;
            this.challenge = challenge;
            this.expiresAt = expiresAt;
            this.used = used;
        }

        Entry spent() {
            return new Entry(delegation, redirectUri, challenge, expiresAt, true);
        }
    }
}
