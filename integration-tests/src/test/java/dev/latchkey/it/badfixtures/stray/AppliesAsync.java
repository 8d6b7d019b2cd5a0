package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.util.concurrent.CompletionStage;

/** A step in the common pool. */
@Breaks("common pool")
final class AppliesAsync {

    CompletionStage<String> call(CompletionStage<String> stage) {
        return stage.thenApplyAsync(String::trim);
    }
}
