package dev.latchkey.auth.atproto;

import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Remembers at which server each account is, as was verified at its sign-in and at each refresh: in memory for a few minutes,
 * and beside the sessions in their store, so that neither another process nor another node looks it up again. Nothing depends on
 * it: what cannot be read or written is looked up.
 */
final class Places {

    private static final int IN_MEMORY = 10_000;
    // A node sees within this time what another one has found out at a refresh.
    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration KEPT = Duration.ofDays(30);
    private static final String MEMBER = "pds";

    private final TokenStore store;
    private final Clock clock;
    private final boolean development;
    private final BoundedCache<String, URI> memory;

    Places(TokenStore store, Clock clock, boolean development) {
        this.store = store;
        this.clock = clock;
        this.development = development;
        this.memory = new BoundedCache<>(clock, FRESH, IN_MEMORY);
    }

    /** What this node has found out within the last minutes. */
    Optional<URI> known(Did did, String issuer) {
        return Optional.ofNullable(memory.get(name(did, issuer)));
    }

    /** Nothing if it is at a server for which another issuer speaks: what that one has issued is of no use there. */
    Optional<URI> find(Did did, String issuer) {
        URI known = memory.get(name(did, issuer));
        if (known != null) {
            return Optional.of(known);
        }
        Instant since = clock.instant();
        Optional<URI> kept = read(did, issuer).flatMap(entry -> server(entry.record()));
        kept.ifPresent(server -> memory.put(name(did, issuer), server, since));
        return kept;
    }

    /** Remembers what was verified at a certain time, unless a later look was done before. */
    void keep(Did did, String issuer, URI server, Instant since) {
        if (!memory.putLatest(name(did, issuer), server, since)) {
            return;
        }
        try {
            Optional<StoreEntry> kept = read(did, issuer);
            Instant until = since.plus(KEPT);
            if (kept.filter(entry -> entry.record().usableUntil().isAfter(until))
                    .isPresent()) {
                return;
            }
            boolean good = kept.map(StoreEntry::record)
                    .filter(record -> record.usableUntil().isAfter(since.plus(KEPT.dividedBy(2))))
                    .flatMap(this::server)
                    .filter(server::equals)
                    .isPresent();
            if (!good) {
                store.replace(
                        key(did, issuer),
                        kept.map(StoreEntry::version).orElse(RecordVersion.ABSENT),
                        StoreRecord.of(Json.write(Map.of(MEMBER, server.toString())), until));
            }
        } catch (TokenStoreException e) {
            // The session is what matters, and is written by itself; this is looked up again where it is missing.
            return;
        }
    }

    void forget(Did did, String issuer) {
        memory.remove(name(did, issuer));
        try {
            StoreEntry kept = read(did, issuer).orElse(null);
            if (kept != null) {
                store.remove(key(did, issuer), kept.version());
            }
        } catch (TokenStoreException e) {
            // It says where an account is, which everybody may know, and ends by itself.
            return;
        }
    }

    private Optional<StoreEntry> read(Did did, String issuer) {
        try {
            return store.find(key(did, issuer));
        } catch (TokenStoreException e) {
            return Optional.empty();
        }
    }

    private Optional<URI> server(StoreRecord record) {
        try {
            Map<String, @Nullable Object> members = Json.object(record.content());
            return ServerOrigin.read(String.valueOf(members.get(MEMBER)), development);
        } catch (JsonFault e) {
            return Optional.empty();
        }
    }

    private static String name(Did did, String issuer) {
        return did + " " + issuer;
    }

    private static StoreKey key(Did did, String issuer) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(name(did, issuer).getBytes(StandardCharsets.UTF_8));
            return StoreKey.of(
                    "atproto-places", Base64.getUrlEncoder().withoutPadding().encodeToString(hash));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
