package dev.latchkey.graph;

import java.io.IOException;

/** Carries what is wrong with a body through readers that know only {@link IOException}. */
final class UnusableBodyException extends IOException {

    private static final long serialVersionUID = 1L;

    /** What is wrong. */
    private final String field;

    UnusableBodyException(String field, String message) {
        super(message);
        this.field = field;
    }

    String field() {
        return field;
    }
}
