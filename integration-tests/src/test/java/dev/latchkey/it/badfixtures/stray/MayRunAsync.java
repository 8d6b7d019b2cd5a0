package dev.latchkey.it.badfixtures.stray;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A task in an executor that came in. */
final class MayRunAsync {

    CompletableFuture<String> call(Runnable task, Executor executor) {
        return CompletableFuture.runAsync(task, executor).thenApply(nothing -> "done");
    }
}
