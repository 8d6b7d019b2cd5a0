package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.util.concurrent.ForkJoinPool;

/** The common pool by name. */
@Breaks("common pool")
final class CommonPool {

    ForkJoinPool call() {
        return ForkJoinPool.commonPool();
    }
}
