package dev.latchkey.auth.protocol;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.spi.TransportHeaders;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A whole response, read and parsed: what decoding is a function of. Immutable. */
public final class Answer {

    private final String host;
    private final int status;
    private final TransportHeaders headers;
    private final @Nullable Map<String, @Nullable Object> members;
    // Transient for reflective JSON writers, which leave such fields out.
    private final transient @Nullable String jwt;

    private Answer(
            String host,
            int status,
            TransportHeaders headers,
            @Nullable Map<String, @Nullable Object> members,
            @Nullable String jwt) {
        this.host = host;
        this.status = status;
        this.headers = headers;
        this.members = members;
        this.jwt = jwt;
    }

    /**
     * Makes an answer.
     *
     * @param host who answered
     * @param status the HTTP status
     * @param headers the headers
     * @param members the JSON object's members, or null if the body is not JSON
     * @return the answer
     */
    public static Answer of(
            String host, int status, TransportHeaders headers, @Nullable Map<String, @Nullable Object> members) {
        return new Answer(host, status, headers, members, null);
    }

    /**
     * Wraps an answer whose body is a JWT.
     *
     * @param host who answered
     * @param status the status
     * @param headers the headers
     * @param jwt the body
     * @return the answer
     */
    public static Answer ofJwt(String host, int status, TransportHeaders headers, String jwt) {
        return new Answer(host, status, headers, null, jwt);
    }

    /**
     * Tells whether the server refused a request because its proof lacks the server's nonce (RFC 9449 §8).
     *
     * @return true for the error {@code use_dpop_nonce}, of which the server has done nothing
     */
    public boolean demandsNonce() {
        return status >= 400 && status < 500 && members != null && "use_dpop_nonce".equals(members.get("error"));
    }

    /**
     * Tells whether the server refused a request because of its proof (RFC 9449 §5).
     *
     * @return true for the error {@code invalid_dpop_proof}, of which the server has done nothing
     */
    public boolean refusesProof() {
        return status >= 400 && status < 500 && members != null && "invalid_dpop_proof".equals(members.get("error"));
    }

    /**
     * Tells whether the server refused a request because of the client's authentication (RFC 6749 §5.2).
     *
     * @return true for the error {@code invalid_client}, of which the server has done nothing
     */
    public boolean refusesClient() {
        return status >= 400 && status < 500 && members != null && "invalid_client".equals(members.get("error"));
    }

    /**
     * Gives a body that is a JWT.
     *
     * @return the JWT, which nobody has verified yet, or nothing if the body is something else
     */
    public Optional<String> jwt() {
        return Optional.ofNullable(jwt);
    }

    public String host() {
        return host;
    }

    /**
     * Tells the status.
     *
     * @return the HTTP status
     */
    public int status() {
        return status;
    }

    public TransportHeaders headers() {
        return headers;
    }

    /**
     * Tells whether the body is a JSON object.
     *
     * @return true if it has members
     */
    public boolean isJson() {
        return members != null;
    }

    /**
     * Gives the members of a body that must be JSON.
     *
     * @return the members
     * @throws InvalidResponseException if the body is not JSON; it names status and content type (never the body)
     */
    public Map<String, @Nullable Object> members() {
        if (members == null) {
            throw new InvalidResponseException(
                    "content-type",
                    host,
                    "expected application/json, got "
                            + headers.first("content-type")
                                    .map(Answer::printable)
                                    .orElse("none")
                            + " with status " + status);
        }
        return members;
    }

    /** Gives a member that may be missing and must be a text. */
    Optional<String> text(String name) {
        Object value = members().get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!(value instanceof String)) {
            throw new InvalidResponseException(name, host, "must be a text");
        }
        return ((String) value).isEmpty() ? Optional.empty() : Optional.of((String) value);
    }

    /** Gives a member that must be a text that is not empty. */
    String requiredText(String name) {
        return text(name).orElseThrow(() -> new InvalidResponseException(name, host, "is missing"));
    }

    /**
     * Gives a member that may be missing and must be a number of seconds, as a number or in digits. What is longer than ten years is
     * ten years: RFC 6749 §5.1 knows no bound, and WSO2's server says 9223372036854775 of tokens that never expire. Only what
     * leads to no instant at all is refused.
     */
    Optional<Long> seconds(String name) {
        Object value = members().get(name);
        if (value == null) {
            return Optional.empty();
        }
        double seconds;
        if (value instanceof Number) {
            seconds = ((Number) value).doubleValue();
        } else if (value instanceof String && ((String) value).matches("-?[0-9]{1,20}")) {
            seconds = Double.parseDouble((String) value);
        } else {
            throw new InvalidResponseException(name, host, "must be a number of seconds");
        }
        if (!(seconds >= 0 && seconds <= LATEST_SECONDS)) {
            throw new InvalidResponseException(
                    name, host, "must be a number of seconds that is not negative or too large");
        }
        return Optional.of((long) Math.min(seconds, TEN_YEARS));
    }

    private static final double TEN_YEARS = 10L * 366 * 24 * 3600;
    // A third of what an Instant can hold.
    private static final double LATEST_SECONDS = 1e16;

    private static String printable(String contentType) {
        String shown = contentType.length() > 60 ? contentType.substring(0, 60) : contentType;
        return shown.replaceAll("[^ -~]", "?");
    }
}
