package dev.latchkey.platform.graph;

/** A request that ends in a Graph error. */
final class GraphException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String code;

    GraphException(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    static GraphException badRequest(String message) {
        return new GraphException(400, "BadRequest", message);
    }

    static GraphException noUser(String id) {
        return new GraphException(
                404,
                "Request_ResourceNotFound",
                "Resource '" + id
                        + "' does not exist or one of its queried reference-property objects are not present.");
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
