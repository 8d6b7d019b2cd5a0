package dev.latchkey.it.badfixtures.stray;

/** The logger that drivers may use. */
final class MayLog {

    System.Logger call() {
        return System.getLogger("latchkey");
    }
}
