package dev.latchkey.auth.authorize;

/**
 * How the browser brings the answer back. Immutable.
 *
 * <p>Answers in a fragment never reach a server and are not offered.
 */
public final class ResponseMode {

    /** In the redirect URI's query (OAuth 2.0 Multiple Response Types §2.1). */
    public static final ResponseMode QUERY = new ResponseMode("query");

    /** In the body of a POST from the browser (OAuth 2.0 Form Post Response Mode). The binding cookie needs SameSite=None. */
    public static final ResponseMode FORM_POST = new ResponseMode("form_post");

    private final String value;

    private ResponseMode(String value) {
        this.value = value;
    }

    /**
     * Gives the value as it stands on the wire.
     *
     * @return the value of {@code response_mode}
     */
    public String value() {
        return value;
    }

    @Override
    public String toString() {
        return value;
    }
}
