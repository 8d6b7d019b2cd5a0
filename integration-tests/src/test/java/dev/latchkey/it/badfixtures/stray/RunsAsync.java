package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.util.concurrent.CompletableFuture;

/** A task in the common pool. */
@Breaks("common pool")
final class RunsAsync {

    CompletableFuture<Void> call(Runnable task) {
        return CompletableFuture.runAsync(task);
    }
}
