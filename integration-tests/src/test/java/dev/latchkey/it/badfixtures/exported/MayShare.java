package dev.latchkey.it.badfixtures.exported;

/** Has a hidden superclass of its own package, as it may. */
public final class MayShare extends SharedBase {}
