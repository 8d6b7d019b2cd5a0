package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A time-out by the watchdog of the JVM. */
@Breaks("watchdog")
final class OrTimeout {

    CompletableFuture<String> call(CompletableFuture<String> future) {
        return future.orTimeout(1, TimeUnit.SECONDS);
    }
}
