package dev.latchkey.auth.atproto;

import dev.latchkey.auth.identity.Account;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Which accounts may not be where they are thought to be, until somebody has looked. Each is looked at once a minute at most, and more
 * seldom each time that it is still there, and of those at one server only some in each minute: a server that is down, or has an account
 * suspended, is no reason to ask the directory with each call, which limits how often it is asked. Safe for use by any number of threads.
 */
final class PlaceDoubts {

    static final int MOST_OF_A_SERVER = 5;

    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(64);
    // Whom nobody has doubted for so long begins anew.
    private static final Duration QUIET = LONGEST_PAUSE.multipliedBy(2);
    // As long as a place is kept.
    private static final Duration KEPT = Duration.ofDays(30);
    private static final int ACCOUNTS = 10_000;
    private static final int SERVERS = 1_000;

    private final Clock clock;
    private final BoundedCache<String, Boolean> doubted;
    private final BoundedCache<String, Looked> looked;
    private final BoundedCache<String, String> contradicted;
    private final BoundedCache<URI, AtomicInteger> servers;

    PlaceDoubts(Clock clock) {
        this.clock = clock;
        this.doubted = new BoundedCache<>(clock, KEPT, ACCOUNTS);
        this.looked = new BoundedCache<>(clock, QUIET, ACCOUNTS);
        this.contradicted = new BoundedCache<>(clock, PAUSE, ACCOUNTS);
        this.servers = new BoundedCache<>(clock, PAUSE, SERVERS);
    }

    void add(Account account) {
        doubted.put(name(account), true, clock.instant());
    }

    void remove(Account account) {
        doubted.remove(name(account));
    }

    /** Tells whether to look where a doubtful account is, which counts as looked. */
    boolean mayLook(Account account, URI place) {
        String name = name(account);
        if (doubted.get(name) == null) {
            return false;
        }
        Looked last = looked.get(name);
        Instant now = clock.instant();
        if (last != null && now.isBefore(last.at.plus(last.pause))) {
            return false;
        }
        AtomicInteger looks = servers.get(place);
        if (looks == null) {
            looks = new AtomicInteger();
            servers.put(place, looks, now);
        }
        if (looks.getAndIncrement() >= MOST_OF_A_SERVER) {
            return false;
        }
        Duration pause = last != null && last.place.equals(place) ? last.nextPause() : PAUSE;
        looked.put(name, new Looked(place, now, pause), now);
        return true;
    }

    /** Remembers that another server speaks for an account, which stays so for calls that come within the minute. */
    void contradict(Did did, String issuer, String contradiction) {
        contradicted.put(name(did.toString(), issuer), contradiction, clock.instant());
    }

    @Nullable
    String contradiction(Did did, String issuer) {
        return contradicted.get(name(did.toString(), issuer));
    }

    private static String name(Account account) {
        return name(account.subject(), account.issuer());
    }

    // By the issuer too, whose word each account goes by.
    private static String name(String subject, String issuer) {
        return subject + ' ' + issuer;
    }

    /** When an account was last looked for that had been at a certain place, and how long nobody looks again. */
    private static final class Looked {

        private final URI place;
        private final Instant at;
        private final Duration pause;

        Looked(URI place, Instant at, Duration pause) {
            this.place = place;
            this.at = at;
            this.pause = pause;
        }

        Duration nextPause() {
            Duration twice = pause.multipliedBy(2);
            return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
        }
    }
}
