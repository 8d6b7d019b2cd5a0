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

    /** Signed, in whichever way is the default: for a code, in the query (JARM §2.3.4). */
    public static final ResponseMode JWT = new ResponseMode("jwt");

    /** Signed, in the redirect URI's query (JARM §2.3.1). */
    public static final ResponseMode QUERY_JWT = new ResponseMode("query.jwt");

    /** Signed, in the body of a POST from the browser (JARM §2.3.3). The binding cookie needs SameSite=None. */
    public static final ResponseMode FORM_POST_JWT = new ResponseMode("form_post.jwt");

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

    /**
     * Tells whether the answer is signed (JARM §2.1). Then one that is not is refused.
     *
     * @return true for the modes that end in {@code jwt}
     */
    public boolean isSigned() {
        return value.endsWith("jwt");
    }

    @Override
    public String toString() {
        return value;
    }
}
