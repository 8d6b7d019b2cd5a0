package dev.latchkey.cli;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that can be put forward, so that nobody has to wait an hour for a token to expire. */
final class DemoClock extends Clock {

    private final Clock clock;
    private final AtomicReference<Duration> ahead;

    DemoClock(Clock clock) {
        this(clock, new AtomicReference<>(Duration.ZERO));
    }

    private DemoClock(Clock clock, AtomicReference<Duration> ahead) {
        this.clock = clock;
        this.ahead = ahead;
    }

    void advance(Duration duration) {
        ahead.updateAndGet(duration::plus);
    }

    @Override
    public Instant instant() {
        return clock.instant().plus(ahead.get());
    }

    @Override
    public ZoneId getZone() {
        return clock.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new DemoClock(clock.withZone(zone), ahead);
    }
}
