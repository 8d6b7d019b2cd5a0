package dev.latchkey.it.badfixtures.hidden;

/** A public exception in a package that is not exported. */
public class HiddenException extends Exception {

    private static final long serialVersionUID = 1L;
}
