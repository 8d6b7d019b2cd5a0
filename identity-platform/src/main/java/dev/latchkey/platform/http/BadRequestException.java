package dev.latchkey.platform.http;

import java.io.IOException;

/** The client broke HTTP; the connection ends after the answer. */
final class BadRequestException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int status;

    BadRequestException(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }
}
