package dev.latchkey.auth.json;

/** A document that cannot be used. The message says where and why, and quotes nothing but a member's name. */
public final class JsonFault extends Exception {

    private static final long serialVersionUID = 1L;

    /** A member's name, or {@code JSON}. */
    private final String field;

    JsonFault(String field, String problem) {
        super(problem);
        this.field = field;
    }

    /**
     * Tells where the fault is.
     *
     * @return a member's name, or {@code JSON} for the document as a whole
     */
    public String field() {
        return field;
    }

    /**
     * Tells what is wrong.
     *
     * @return words that go on after the field's name
     */
    public String problem() {
        return String.valueOf(getMessage());
    }
}
