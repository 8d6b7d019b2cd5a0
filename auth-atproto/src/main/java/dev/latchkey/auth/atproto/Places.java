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
 * Remembers at which server each account is and which authorization server speaks for that one, as was verified at its sign-in and at each refresh: in memory for a few minutes,
 * and beside the sessions in their store, so that neither another process nor another node looks it up again. Nothing depends on
 * it: what cannot be read or written is looked up.
 */
final class Places {

    private static final int IN_MEMORY = 10_000;
    // A node sees within this time what another one has found out at a refresh.
    private static final Duration FRESH = Duration.ofMinutes(10);
    private static final Duration KEPT = Duration.ofDays(30);
    // As long as a session may lie unused at the server that an account has left.
    private static final Duration ISSUER_KEPT = Duration.ofDays(730);
    private static final String MEMBER = "pds";
    private static final String ISSUER = "issuer";

    private final TokenStore store;
    private final Clock clock;
    private final boolean development;
    private final BoundedCache<String, URI> memory;
    private final BoundedCache<String, String> issuers;

    Places(TokenStore store, Clock clock, boolean development) {
        this.store = store;
        this.clock = clock;
        this.development = development;
        this.memory = new BoundedCache<>(clock, FRESH, IN_MEMORY);
        this.issuers = new BoundedCache<>(clock, FRESH, IN_MEMORY);
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

    /** Remembers what was verified at a certain time. */
    void keep(Did did, String issuer, URI server, Instant since) {
        memory.put(name(did, issuer), server, since);
        try {
            Optional<StoreEntry> kept = read(did, issuer);
            Instant until = since.plus(KEPT);
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

    /**
     * Remembers which issuer speaks for an account, as was verified at a certain time.
     *
     * @return the one that did so before, if it was another; told once
     */
    Optional<String> settle(Did did, String issuer, Instant since) {
        if (issuer.equals(issuers.get(did.toString()))) {
            return Optional.empty();
        }
        try {
            // No issuer is empty: this is no place's key.
            StoreKey key = key(did, "");
            StoreEntry kept = store.find(key).orElse(null);
            String former = kept == null
                    ? null
                    : server(kept.record(), ISSUER).map(URI::toString).orElse(null);
            boolean good = kept != null
                    && issuer.equals(former)
                    && kept.record().usableUntil().isAfter(since.plus(ISSUER_KEPT.dividedBy(2)));
            if (!good) {
                store.replace(
                        key,
                        kept == null ? RecordVersion.ABSENT : kept.version(),
                        StoreRecord.of(Json.write(Map.of(ISSUER, issuer)), since.plus(ISSUER_KEPT)));
            }
            issuers.put(did.toString(), issuer, since);
            return Optional.ofNullable(former).filter(other -> !other.equals(issuer));
        } catch (TokenStoreException e) {
            // Asked again at the next refresh; what is left behind ends at its own next refresh at the latest.
            return Optional.empty();
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
        return server(record, MEMBER);
    }

    private Optional<URI> server(StoreRecord record, String member) {
        try {
            Map<String, @Nullable Object> members = Json.object(record.content());
            return ServerOrigin.read(String.valueOf(members.get(member)), development);
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
