package dev.latchkey.it.badfixtures.hidden;

/** A public type in a package that is not exported. */
public class Hidden {}
