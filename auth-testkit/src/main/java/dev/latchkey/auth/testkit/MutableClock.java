package dev.latchkey.auth.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A clock that stands still until a test moves it.
 *
 * <p>Safe for use by any number of threads at once; a clock that {@link #withZone} gave moves together with the one that
 * it was made from.
 */
public final class MutableClock extends Clock {

    /** Where {@link #create()} starts: 21 November 2026, noon in UTC. */
    public static final Instant START = Instant.parse("2026-11-21T12:00:00Z");

    private final AtomicReference<Instant> now;
    private final ZoneId zone;

    private MutableClock(AtomicReference<Instant> now, ZoneId zone) {
        this.now = now;
        this.zone = Objects.requireNonNull(zone, "zone");
    }

    /**
     * Makes a clock that shows {@link #START}.
     *
     * @return the clock, in UTC
     */
    public static MutableClock create() {
        return at(START);
    }

    /**
     * Makes a clock that shows an instant.
     *
     * @param start what the clock shows until it is moved
     * @return the clock, in UTC
     */
    public static MutableClock at(Instant start) {
        return new MutableClock(new AtomicReference<>(Objects.requireNonNull(start, "start")), ZoneOffset.UTC);
    }

    /**
     * Moves the clock.
     *
     * @param step how far; backwards if it is negative
     * @return this clock
     */
    public MutableClock advance(Duration step) {
        now.updateAndGet(shown -> shown.plus(step));
        return this;
    }

    /**
     * Sets the clock, to the past as well.
     *
     * @param instant what the clock shows from now on
     * @return this clock
     */
    public MutableClock set(Instant instant) {
        now.set(Objects.requireNonNull(instant, "instant"));
        return this;
    }

    @Override
    public Instant instant() {
        return now.get();
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public MutableClock withZone(ZoneId other) {
        return new MutableClock(now, other);
    }

    @Override
    public String toString() {
        return "MutableClock[" + now.get() + "]";
    }
}
