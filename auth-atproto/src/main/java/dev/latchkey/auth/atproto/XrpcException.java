package dev.latchkey.auth.atproto;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A server's refusal of a call: its status, and the error's name and message if it said them. */
public final class XrpcException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The HTTP status. */
    private final int status;

    /** The error's name. */
    private final @Nullable String error;

    /** The error's message. */
    private final @Nullable String detail;

    XrpcException(String host, Nsid method, int status, @Nullable String error, @Nullable String detail) {
        super(method + " at " + host + ": status " + status + (error == null ? "" : ", " + error)
                + (detail == null ? "" : ": " + detail));
        this.status = status;
        this.error = error;
        this.detail = detail;
    }

    /**
     * Tells the status.
     *
     * @return the HTTP status
     */
    public int status() {
        return status;
    }

    /**
     * Tells the error's name.
     *
     * @return a name such as {@code RecordNotFound}, or nothing if the server said none
     */
    public Optional<String> error() {
        return Optional.ofNullable(error);
    }

    /**
     * Tells what the server wrote for people.
     *
     * @return the text, in which nothing can begin a new line, or nothing if there was none
     */
    public Optional<String> detail() {
        return Optional.ofNullable(detail);
    }
}
