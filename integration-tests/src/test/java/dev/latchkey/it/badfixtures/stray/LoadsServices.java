package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.util.ServiceLoader;

/** A service that nobody named. */
@Breaks("ServiceLoader")
final class LoadsServices {

    ServiceLoader<Runnable> call() {
        return ServiceLoader.load(Runnable.class);
    }
}
