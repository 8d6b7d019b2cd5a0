package dev.latchkey.auth.spi;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A store that could not do what it was asked: the disk, the database or the network behind it failed.
 *
 * <p>After a failed write it is not known whether the record was written; the writer finds out by reading it again. The
 * message says what failed and where, and nothing of the record's content. What stands above a store may have more to say in
 * a type of its own, as encryption has.
 */
public class TokenStoreException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes a store's failure.
     *
     * @param message what failed and where, without secrets
     * @param cause the underlying failure, or null if there is none
     */
    public TokenStoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
