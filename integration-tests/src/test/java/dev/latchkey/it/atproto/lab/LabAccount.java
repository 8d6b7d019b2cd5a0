package dev.latchkey.it.atproto.lab;

/** Somebody who has a handle and a DID. Immutable. */
public final class LabAccount {

    private final String handle;
    private final String did;

    LabAccount(String handle, String did) {
        this.handle = handle;
        this.did = did;
    }

    /** The handle, as in {@code alice.test}. */
    public String handle() {
        return handle;
    }

    /** The DID. */
    public String did() {
        return did;
    }

    @Override
    public String toString() {
        return handle + " " + did;
    }
}
