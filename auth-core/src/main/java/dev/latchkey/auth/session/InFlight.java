package dev.latchkey.auth.session;

/** How many flights of a session are under way, and whether somebody else has changed it since they began. Immutable. */
final class InFlight {

    static final InFlight NONE = new InFlight(0, false);

    private final int flights;
    private final boolean changed;

    private InFlight(int flights, boolean changed) {
        this.flights = flights;
        this.changed = changed;
    }

    InFlight oneMore() {
        return new InFlight(flights + 1, changed);
    }

    InFlight oneLess() {
        return flights == 1 ? NONE : new InFlight(flights - 1, changed);
    }

    InFlight withChange() {
        return flights == 0 || changed ? this : new InFlight(flights, true);
    }

    boolean isChanged() {
        return changed;
    }
}
