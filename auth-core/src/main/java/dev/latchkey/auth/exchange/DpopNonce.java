package dev.latchkey.auth.exchange;

/** A nonce and the key that a server gave it to, so that whoever used it can tell whose it was. Immutable. */
public final class DpopNonce {

    private final String text;
    private final String whose;

    DpopNonce(String text, String whose) {
        this.text = text;
        this.whose = whose;
    }

    /**
     * Gives what goes into the proof.
     *
     * @return the nonce
     */
    public String text() {
        return text;
    }

    boolean isOf(String thumbprint) {
        return whose.equals(thumbprint);
    }

    @Override
    public String toString() {
        return "DpopNonce[of " + whose + "]";
    }
}
