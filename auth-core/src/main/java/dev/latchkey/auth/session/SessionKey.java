package dev.latchkey.auth.session;

import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.StoreKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/**
 * What tells one session from every other: issuer, client, subject or application, tenant, session name and the kind of
 * binding. A token is looked up by the whole of it and by nothing less. Immutable.
 */
public final class SessionKey {

    private final StoreKey storeKey;

    private SessionKey(StoreKey storeKey) {
        this.storeKey = storeKey;
    }

    /**
     * The session of an account.
     *
     * @param account who signed in
     * @param clientId the client
     * @param binding the kind of token binding, empty without one
     * @return the key
     */
    public static SessionKey of(Account account, String clientId, String binding) {
        return new SessionKey(StoreKey.of(
                hash(List.of("accounts", clientId)),
                hash(List.of(
                        "account",
                        account.issuer(),
                        clientId,
                        account.subject(),
                        account.tenant().orElse(""),
                        account.session(),
                        binding))));
    }

    /**
     * The session of the application itself.
     *
     * @param issuer the issuer
     * @param clientId the client
     * @param binding the kind of token binding, empty without one
     * @return the key
     */
    public static SessionKey ofApplication(String issuer, String clientId, String binding) {
        return new SessionKey(StoreKey.of(
                hash(List.of("applications", clientId)), hash(List.of("application", issuer, clientId, binding))));
    }

    /**
     * The session of a grant that the application can make anew, such as an assertion.
     *
     * @param issuer the issuer
     * @param clientId the client
     * @param name the grant's subject, or a hash of the whole grant
     * @param binding the kind of token binding, empty without one
     * @return the key
     */
    public static SessionKey ofGrant(String issuer, String clientId, String name, String binding) {
        return new SessionKey(StoreKey.of(
                hash(List.of("grants", clientId)), hash(List.of("grant", issuer, clientId, name, binding))));
    }

    /**
     * An authorization that waits for its callback.
     *
     * @param state the state
     * @return where it is kept
     */
    public static StoreKey ofState(String state) {
        return StoreKey.of("authorizations", hash(List.of("state", state)));
    }

    /**
     * Where the sessions of a client's accounts are kept.
     *
     * @param clientId the client
     * @return the partition
     */
    static String partitionOfAccounts(String clientId) {
        return hash(List.of("accounts", clientId));
    }

    /**
     * Tells where the session is kept.
     *
     * @return the store's key
     */
    public StoreKey storeKey() {
        return storeKey;
    }

    /**
     * Hashes texts in a way that no other texts share: each is preceded by its length.
     *
     * @param parts the texts
     * @return SHA-256 in base64url, 43 characters
     */
    public static String hash(List<String> parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
                digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
                digest.update(bytes);
            }
            return Base64.getUrlEncoder().withoutPadding().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java runtime has SHA-256", e);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SessionKey && storeKey.equals(((SessionKey) other).storeKey);
    }

    @Override
    public int hashCode() {
        return storeKey.hashCode();
    }

    @Override
    public String toString() {
        return "SessionKey[" + storeKey + "]";
    }
}
