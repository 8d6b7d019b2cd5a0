package dev.latchkey.it.badfixtures.exported;

import dev.latchkey.it.badfixtures.hidden.Hidden;
import dev.latchkey.it.guard.Breaks;

/** Leaks its superclass. */
@Breaks("exported signatures")
public class ExtendsHidden extends Hidden {}
