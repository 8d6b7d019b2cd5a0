package dev.latchkey.it.atproto.lab;

import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What all servers of a lab share. */
final class LabWorld {

    final Clock clock;
    final LabFetch fetch;
    final Replays replays = new Replays();
    final Map<String, String> nonces = Nonces.registry();
    final Set<String> goneAccounts = ConcurrentHashMap.newKeySet();

    LabWorld(Clock clock, LabFetch fetch) {
        this.clock = clock;
        this.fetch = fetch;
    }
}
