package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.util.List;

/** A collection in the common pool. */
@Breaks("common pool")
final class ParallelCollection {

    long call(List<String> texts) {
        return texts.parallelStream().count();
    }
}
