package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.util.stream.Stream;

/** A stream in the common pool. */
@Breaks("common pool")
final class ParallelStream {

    long call(Stream<String> texts) {
        return texts.parallel().count();
    }
}
