package dev.latchkey.auth.dagger;

import dagger.Module;
import dagger.Provides;
import java.time.Clock;
import java.util.Objects;

/** Provides the {@link Clock}: the system's, unless a test has another. */
@Module
public final class ClockModule {

    private final Clock clock;

    /** The system's clock. A component makes this module by itself if it gets no other. */
    public ClockModule() {
        this(Clock.systemUTC());
    }

    private ClockModule(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /**
     * Another clock.
     *
     * @param clock the clock
     * @return the module
     */
    public static ClockModule of(Clock clock) {
        return new ClockModule(clock);
    }

    @Provides
    Clock clock() {
        return clock;
    }
}
