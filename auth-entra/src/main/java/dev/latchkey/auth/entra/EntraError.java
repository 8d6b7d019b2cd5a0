package dev.latchkey.auth.entra;

import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.error.Remedy;
import dev.latchkey.auth.error.ServerError;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the Microsoft identity platform says beyond the specifications when it refuses: for the log, and for Microsoft's
 * support.
 *
 * <pre>{@code
 * catch (OAuthException e) {
 *     e.error().map(EntraError::of).ifPresent(error -> log(error.codes(), error.correlationId(), error.timestamp()));
 * }
 * }</pre>
 *
 * <p>Decide by the exception's type, or by {@link #suberror()}; numbers and descriptions change without notice.
 * Immutable.
 */
public final class EntraError {

    private static final Pattern CODE = Pattern.compile("AADSTS(\\d{4,9})");

    private final ServerError error;

    private EntraError(ServerError error) {
        this.error = Objects.requireNonNull(error, "error");
    }

    /**
     * Reads an error.
     *
     * @param error what the server said
     * @return the same with typed accessors
     */
    public static EntraError of(ServerError error) {
        return new EntraError(error);
    }

    /**
     * Gives the whole error.
     *
     * @return what the server said
     */
    public ServerError error() {
        return error;
    }

    /**
     * Tells the kind within {@code invalid_grant} and the like.
     *
     * @return {@code suberror}, such as {@code basic_action}, or nothing
     */
    public Optional<String> suberror() {
        return text("suberror");
    }

    /**
     * Tells the AADSTS numbers, for diagnosis only: Microsoft changes them.
     *
     * @return the numbers of {@code error_codes}, or else those that the description mentions; possibly none
     */
    public List<Integer> codes() {
        Set<Integer> codes = new LinkedHashSet<>();
        Object named = error.members().get("error_codes");
        if (named instanceof List) {
            for (Object each : (List<?>) named) {
                if (each instanceof Number && ((Number) each).intValue() == ((Number) each).doubleValue()) {
                    codes.add(((Number) each).intValue());
                }
            }
        }
        if (codes.isEmpty()) {
            Matcher matcher = CODE.matcher(error.description().orElse(""));
            while (matcher.find()) {
                codes.add(Integer.valueOf(matcher.group(1)));
            }
        }
        return Collections.unmodifiableList(new ArrayList<>(codes));
    }

    /**
     * Tells the identifier that all requests of one operation share.
     *
     * @return {@code correlation_id}, or else the request's own identifier if the server returned it
     */
    public Optional<String> correlationId() {
        return text("correlation_id").or(() -> header("client-request-id"));
    }

    /**
     * Tells the identifier under which the server logged the request.
     *
     * @return {@code trace_id}, or nothing
     */
    public Optional<String> traceId() {
        return text("trace_id");
    }

    /**
     * Tells the server's identifier of the response.
     *
     * @return the header {@code x-ms-request-id}, or nothing
     */
    public Optional<String> requestId() {
        return header("x-ms-request-id");
    }

    /**
     * Tells when the server refused, in its own notation.
     *
     * @return {@code timestamp}, such as {@code 2026-01-09 02:02:12Z}, or nothing
     */
    public Optional<String> timestamp() {
        return text("timestamp");
    }

    /**
     * Tells what the user must meet, such as a second factor. It goes as it is into the next authorization request.
     *
     * @return the JSON of {@code claims}, or of the challenge {@code insufficient_claims}, which carries it as base64; or
     *     nothing
     */
    public Optional<String> claims() {
        return text("claims").or(() -> claims(error.challenges()));
    }

    /** The claims that a resource demands, decoded. */
    static Optional<String> claims(List<Challenge> challenges) {
        return challenges.stream()
                .filter(EntraError::isInsufficientClaims)
                .findFirst()
                .flatMap(challenge -> challenge.parameter("claims"))
                .flatMap(EntraError::decoded);
    }

    /**
     * Describes the error in one line, without descriptions.
     *
     * @return error, suberror, numbers and identifiers
     */
    @Override
    public String toString() {
        return "EntraError[" + error
                + printed(", suberror ", suberror())
                + (codes().isEmpty() ? "" : ", AADSTS " + codes())
                + printed(", correlation ", correlationId())
                + printed(", trace ", traceId()) + "]";
    }

    /** What the tables of error and suberror say; nothing where the specifications' own rules hold. */
    Optional<Remedy> remedy(String grantType) {
        int status = error.status();
        if (status == 429 || status >= 500) {
            return Optional.of(Remedy.RETRY);
        }
        if (error.challenges().stream().anyMatch(EntraError::isInsufficientClaims)) {
            return Optional.of(Remedy.SIGN_IN);
        }
        switch (suberror().orElse("")) {
            case "protection_policy_required":
            case "device_authentication_failed":
                // No sign-in in a browser brings the device what it lacks.
                return Optional.of(Remedy.STOP);
            default:
                return byCode(grantType);
        }
    }

    /** The first number that is known by its meaning, or else the first number. */
    Optional<String> hint() {
        List<Integer> codes = codes();
        return codes.stream()
                .flatMap(code -> EntraHints.of(code).map(text -> "AADSTS" + code + ": " + text).stream())
                .findFirst()
                .or(() -> codes.stream().findFirst().map(code -> "AADSTS" + code));
    }

    private Optional<Remedy> byCode(String grantType) {
        switch (error.code()) {
            case "invalid_grant":
                return Optional.of(invalidGrant(grantType));
            case "insufficient_claims":
            case "bad_verification_code":
                return Optional.of(Remedy.SIGN_IN);
            case "authorization_declined":
                return Optional.of(Remedy.STOP);
            case "invalid_request":
            case "unsupported_grant_type":
            case "unsupported_response_type":
            case "invalid_scope":
            case "invalid_resource":
            case "invalid_target":
            case "invalid_client":
            case "unauthorized_client":
                return Optional.of(Remedy.FIX_CONFIGURATION);
            default:
                return Optional.empty();
        }
    }

    private Remedy invalidGrant(String grantType) {
        switch (suberror().orElse("")) {
            case "basic_action":
            case "additional_action":
            case "message_only":
            case "consent_required":
            case "user_password_expired":
            case "bad_token":
            case "token_expired":
                return Remedy.SIGN_IN;
            case "client_mismatch":
                // The grant is another client's: no sign-in makes it this one's.
                return Remedy.FIX_CONFIGURATION;
            default:
                return unexplained(grantType);
        }
    }

    private static Remedy unexplained(String grantType) {
        switch (grantType) {
            case "authorization_code":
            case "password":
                // The user has just taken part. Sending them back at once can go round for ever: the error must be
                // shown.
                return Remedy.STOP;
            case "client_credentials":
                return Remedy.FIX_CONFIGURATION;
            default:
                return Remedy.SIGN_IN;
        }
    }

    // What a server sends must not be able to begin a new line in a log.
    private static String printed(String name, Optional<String> text) {
        return text.filter(value -> value.matches("[!-~]{1,100}"))
                .map(value -> name + value)
                .orElse("");
    }

    private Optional<String> text(String member) {
        return error.text(member).filter(text -> !text.isEmpty());
    }

    private Optional<String> header(String name) {
        return Optional.ofNullable(error.correlationIds().get(name)).filter(text -> !text.isEmpty());
    }

    private static boolean isInsufficientClaims(Challenge challenge) {
        return challenge
                .parameter("error")
                .filter("insufficient_claims"::equals)
                .isPresent();
    }

    private static Optional<String> decoded(String base64) {
        try {
            // Both alphabets are seen; the padding is optional.
            String standard = base64.replace('-', '+').replace('_', '/');
            return Optional.of(new String(Base64.getDecoder().decode(standard), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
