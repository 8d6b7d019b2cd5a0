package dev.latchkey.it.badfixtures.auth.stray;

import dev.latchkey.it.guard.Breaks;

/** A package of the core that nobody has given a place. */
@Breaks("layers")
final class InNoLayer {}
