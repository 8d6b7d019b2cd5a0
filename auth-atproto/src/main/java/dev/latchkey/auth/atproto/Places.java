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
    private static final int ATTEMPTS = 3;
    private static final String MEMBER = "pds";
    private static final String SEEN = "seen";

    private final TokenStore store;
    private final Clock clock;
    private final boolean development;
    private final BoundedCache<String, Place> memory;

    Places(TokenStore store, Clock clock, boolean development) {
        this.store = store;
        this.clock = clock;
        this.development = development;
        this.memory = new BoundedCache<>(clock, FRESH, IN_MEMORY);
    }

    /** Nothing if it is at a server for which another issuer speaks: what that one has issued is of no use there. */
    Optional<URI> find(Did did, String issuer) {
        Place known = memory.get(name(did, issuer));
        if (known != null) {
            return Optional.of(known.server);
        }
        Instant since = clock.instant();
        Place kept = read(did, issuer).flatMap(entry -> place(entry.record())).orElse(null);
        if (kept == null) {
            return Optional.empty();
        }
        // Somebody may have looked meanwhile.
        memory.putUnless(other -> isNewer(other, kept.seen), name(did, issuer), kept, since);
        return Optional.of(kept.server);
    }

    /** What this node has found out within the last minutes. */
    Optional<URI> known(Did did, String issuer) {
        return Optional.ofNullable(memory.get(name(did, issuer))).map(place -> place.server);
    }

    /** Remembers what was verified at a certain time, unless somebody has looked later than that. */
    void keep(Did did, String issuer, URI server, Instant since) {
        Place mine = new Place(server, since);
        memory.putUnless(other -> isNewer(other, since), name(did, issuer), mine, since);
        Place known = memory.get(name(did, issuer));
        boolean done = known != null && isNewer(known, since);
        // Whoever has written meanwhile may have looked before.
        for (int i = 0; !done && i < ATTEMPTS; i++) {
            done = isKept(did, issuer, mine);
        }
    }

    private boolean isKept(Did did, String issuer, Place mine) {
        try {
            StoreEntry kept = read(did, issuer).orElse(null);
            StoreRecord record = kept == null ? null : kept.record();
            Place other = record == null ? null : place(record).orElse(null);
            if (record != null && other != null) {
                if (isNewer(other, mine.seen)) {
                    memory.putUnless(own -> isNewer(own, other.seen), name(did, issuer), other, clock.instant());
                    return true;
                }
                if (other.server.equals(mine.server)
                        && record.usableUntil().isAfter(mine.seen.plus(KEPT.dividedBy(2)))) {
                    return true;
                }
            }
            return store.replace(
                            key(did, issuer),
                            kept == null ? RecordVersion.ABSENT : kept.version(),
                            StoreRecord.of(mine.toJson(), mine.seen.plus(KEPT)))
                    .isPresent();
        } catch (TokenStoreException e) {
            // The session is what matters, and is written by itself; this is looked up again where it is missing.
            return true;
        }
    }

    /** Forgets what a look at a certain time has not found, unless somebody has looked later than that. */
    void forget(Did did, String issuer, Instant since) {
        memory.removeUnless(other -> isNewer(other, since), name(did, issuer));
        try {
            StoreEntry kept = read(did, issuer).orElse(null);
            if (kept != null
                    && place(kept.record())
                            .filter(other -> isNewer(other, since))
                            .isEmpty()) {
                store.remove(key(did, issuer), kept.version());
            }
        } catch (TokenStoreException e) {
            // It says where an account is, which everybody may know, and ends by itself.
            return;
        }
    }

    /** Not if it is of a time that has not come: a node whose clock is wrong must not have the last word. */
    private boolean isNewer(Place other, Instant than) {
        return other.seen.isAfter(than) && !other.seen.isAfter(clock.instant());
    }

    private Optional<StoreEntry> read(Did did, String issuer) {
        try {
            return store.find(key(did, issuer));
        } catch (TokenStoreException e) {
            return Optional.empty();
        }
    }

    private Optional<Place> place(StoreRecord record) {
        try {
            Map<String, @Nullable Object> members = Json.object(record.content());
            Object seen = members.get(SEEN);
            // Records of before have none, and give way to any other.
            Instant at = seen instanceof Number ? Instant.ofEpochMilli(((Number) seen).longValue()) : Instant.EPOCH;
            return ServerOrigin.read(String.valueOf(members.get(MEMBER)), development)
                    .map(server -> new Place(server, at));
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

    /** A server, and when somebody began to look who found the account there. */
    private static final class Place {

        private final URI server;
        private final Instant seen;

        Place(URI server, Instant seen) {
            this.server = server;
            this.seen = seen;
        }

        byte[] toJson() {
            return Json.write(Map.of(MEMBER, server.toString(), SEEN, seen.toEpochMilli()));
        }
    }
}
