package dev.latchkey.auth.atproto;

import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An account: its DID, which is for good, and where it is at the moment. Immutable; equality regards everything.
 */
public final class AtprotoIdentity {

    private final DidDocument document;
    private final @Nullable Handle handle;
    private final URI pds;

    AtprotoIdentity(DidDocument document, @Nullable Handle handle, URI pds) {
        this.document = document;
        this.handle = handle;
        this.pds = pds;
    }

    /**
     * Tells who it is.
     *
     * @return the DID
     */
    public Did did() {
        return document.id();
    }

    /**
     * Tells the account's name, which leads to the DID and which the DID's document leads back to.
     *
     * @return the handle; nothing if the account has none, if its handle leads elsewhere, or if it was not checked
     */
    public Optional<Handle> handle() {
        return Optional.ofNullable(handle);
    }

    /**
     * Tells where the account's data is.
     *
     * @return the origin of the personal data server, without a slash at the end
     */
    public URI pds() {
        return pds;
    }

    /**
     * Gives what is published about the DID.
     *
     * @return the document
     */
    public DidDocument document() {
        return document;
    }

    @Override
    public boolean equals(Object other) {
        if (!(other instanceof AtprotoIdentity)) {
            return false;
        }
        AtprotoIdentity that = (AtprotoIdentity) other;
        return document.equals(that.document) && Objects.equals(handle, that.handle) && pds.equals(that.pds);
    }

    @Override
    public int hashCode() {
        return Objects.hash(document, handle, pds);
    }

    @Override
    public String toString() {
        return "AtprotoIdentity[" + did() + ", "
                + handle().map(Handle::toString).orElse("no handle") + ", " + pds + "]";
    }
}
