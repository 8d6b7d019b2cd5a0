package dev.latchkey.cli;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.store.EncryptedTokenStore;
import dev.latchkey.auth.store.EncryptionKey;
import dev.latchkey.auth.store.EncryptionKeys;
import dev.latchkey.auth.store.UnreadableRecordException;
import dev.latchkey.store.file.FileTokenStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The logins that are kept, in the same encrypted store as their sessions, one record each. Any number of shells may use it at
 * once: of two that change one login, the later one wins.
 */
final class Logins {

    private static final String PARTITION = "latchkey-cli-logins";
    private static final int PAGE = 100;

    private final TokenStore store;

    private Logins(TokenStore store) {
        this.store = store;
    }

    /** Opens what is kept; nothing if nothing was ever kept here. */
    static Optional<Logins> open(Terminal terminal, Places places) {
        return new KeyFinder(terminal, places).find().map(key -> new Logins(store(terminal, places, key)));
    }

    /** Does the same, and refuses a choice of another key than it is under. */
    static Optional<Logins> open(Terminal terminal, Places places, KeyOptions.Choice choice) {
        return new KeyFinder(terminal, places).find(choice).map(key -> new Logins(store(terminal, places, key)));
    }

    /** Opens what is kept, or a place to keep something. */
    static Logins openOrCreate(Terminal terminal, Places places, KeyOptions.Choice choice) {
        return new Logins(store(terminal, places, new KeyFinder(terminal, places).findOrChoose(choice)));
    }

    /** What to say where a login is missing. */
    static SignInRequiredException none(String profile, List<Login> others) {
        String there = others.stream().map(Login::profile).collect(Collectors.joining(", "));
        return new SignInRequiredException(
                "There is no login " + profile + (there.isEmpty() ? "" : "; there is " + there)
                        + ". Run: latchkey login" + ProfileOptions.option(profile)
                        + ", with --issuer, --oauth-issuer or --entra, and --client-id, or with --atproto",
                null,
                null);
    }

    private static TokenStore store(Terminal terminal, Places places, EncryptionKey key) {
        return attempt(() -> EncryptedTokenStore.over(
                FileTokenStore.builder(places.records()).clock(terminal.clock()).open(), EncryptionKeys.of(key)));
    }

    /** The store of the sessions. */
    TokenStore store() {
        return store;
    }

    Optional<Login> find(String profile) {
        return attempt(() -> store.find(key(profile))).map(entry -> decoded(profile, entry));
    }

    /** Finds a login that must be there. */
    Login required(String profile) {
        return find(profile).orElseThrow(() -> none(profile, all()));
    }

    List<Login> all() {
        List<Login> all = new ArrayList<>();
        String cursor = "";
        while (true) {
            String from = cursor;
            KeyPage page = attempt(() -> store.keys(PARTITION, from, PAGE));
            for (StoreKey key : page.keys()) {
                find(key.name()).ifPresent(all::add);
            }
            if (page.next().isEmpty()) {
                all.sort(Comparator.comparing(Login::profile));
                return all;
            }
            cursor = page.next().get();
        }
    }

    void save(Login login) {
        StoreRecord record = StoreRecord.of(login.encode(), StoreRecord.FOREVER);
        StoreKey key = key(login.profile());
        boolean saved = false;
        while (!saved) {
            // If another shell was quicker, this one is the later.
            saved = attempt(() -> store.replace(key, version(key), record)).isPresent();
        }
    }

    void remove(String profile) {
        StoreKey key = key(profile);
        attempt(() -> store.remove(key, version(key)));
    }

    private RecordVersion version(StoreKey key) throws TokenStoreException {
        return store.find(key).map(StoreEntry::version).orElse(RecordVersion.ABSENT);
    }

    private static StoreKey key(String profile) {
        return StoreKey.of(PARTITION, profile);
    }

    private static Login decoded(String profile, StoreEntry entry) {
        return Login.decode(profile, entry.record().content())
                .orElseThrow(() -> new ConfigurationException(
                        "--profile", profile + " was kept by another release of latchkey; log in again"));
    }

    private static <T> T attempt(Access<T> access) {
        try {
            return access.run();
        } catch (UnreadableRecordException e) {
            throw new ConfigurationException("--store", String.valueOf(e.getMessage()), null, e);
        } catch (TokenStoreException e) {
            throw new TemporaryFailureException("What is kept cannot be used: " + e.getMessage(), true, null, e);
        }
    }

    @FunctionalInterface
    private interface Access<T> {
        T run() throws TokenStoreException;
    }
}
