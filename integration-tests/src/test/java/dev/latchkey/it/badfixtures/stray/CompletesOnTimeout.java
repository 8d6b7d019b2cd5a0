package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A default by the watchdog of the JVM. */
@Breaks("watchdog")
final class CompletesOnTimeout {

    CompletableFuture<String> call(CompletableFuture<String> future) {
        return future.completeOnTimeout("late", 1, TimeUnit.SECONDS);
    }
}
