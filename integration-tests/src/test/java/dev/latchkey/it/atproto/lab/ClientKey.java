package dev.latchkey.it.atproto.lab;

import java.util.Objects;

/** The key with which a confidential client authenticated itself: the same for a whole session. */
final class ClientKey {

    /** That of a public client. */
    static final ClientKey NONE = new ClientKey("", "", "");

    private final String id;
    private final String algorithm;
    private final String thumbprint;

    ClientKey(String id, String algorithm, String thumbprint) {
        this.id = id;
        this.algorithm = algorithm;
        this.thumbprint = thumbprint;
    }

    String thumbprint() {
        return thumbprint;
    }

    /**
     * Whether a client that came with another key may come with this one: with the same, or with any if it had none. As the
     * reference server has it, which lets clients become confidential, and binds the session to the new key.
     */
    boolean follows(ClientKey before) {
        return before.equals(NONE) || equals(before);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClientKey
                && id.equals(((ClientKey) other).id)
                && algorithm.equals(((ClientKey) other).algorithm)
                && thumbprint.equals(((ClientKey) other).thumbprint);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, algorithm, thumbprint);
    }
}
