package dev.latchkey.it.atproto.lab;

import java.time.Clock;
import java.util.Map;

/** What all servers of a lab share. */
final class LabWorld {

    final Clock clock;
    final LabFetch fetch;
    final Replays replays = new Replays();
    final Map<String, String> nonces = Nonces.registry();

    LabWorld(Clock clock, LabFetch fetch) {
        this.clock = clock;
        this.fetch = fetch;
    }
}
