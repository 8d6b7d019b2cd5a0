package dev.latchkey.auth.authorize;

import dev.latchkey.auth.grant.Parameters;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The parameters with which the browser came back to the redirect URI, not checked yet (RFC 6749 §4.1.2).
 *
 * <p>Give all of them, as they came: {@code iss} and {@code state} count as much as {@code code}. Immutable; it prints
 * names and no value.
 */
public final class AuthorizationCallback {

    // An answer has about ten. Whoever sends thousands wants to keep us busy.
    private static final int MAX_PARAMETERS = 100;

    private static final int MAX_PAYLOAD = 64 * 1024;

    private static final Pattern STATE = Pattern.compile("\"state\"\\s{0,16}:\\s{0,16}\"([A-Za-z0-9_-]{1,256})\"");

    private final Parameters parameters;

    private AuthorizationCallback(Parameters parameters) {
        this.parameters = parameters;
    }

    /**
     * Reads a query string, or the body of a form post.
     *
     * @param encoded the raw text, without a question mark; or null, as {@code ServletRequest} gives for a request without a
     *     query
     * @return the callback
     * @throws IllegalArgumentException if the text is not form-encoded, or has over a hundred parameters
     */
    public static AuthorizationCallback parse(@Nullable String encoded) {
        Parameters parameters = Parameters.NONE;
        int count = 0;
        for (String pair : (encoded == null ? "" : encoded).split("&", -1)) {
            if (pair.isEmpty()) {
                continue;
            }
            int equals = pair.indexOf('=');
            String name = decoded(equals < 0 ? pair : pair.substring(0, equals));
            String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
            if (!name.isEmpty()) {
                requireFew(++count);
                parameters = parameters.and(name, value);
            }
        }
        return new AuthorizationCallback(parameters);
    }

    /**
     * Reads the address at which the browser arrived.
     *
     * @param uri the whole address with its query
     * @return the callback
     * @throws IllegalArgumentException if the query is not form-encoded, or has over a hundred parameters
     */
    public static AuthorizationCallback parse(URI uri) {
        Objects.requireNonNull(uri, "uri");
        return parse(uri.getRawQuery());
    }

    /**
     * Takes parameters that a web framework has decoded.
     *
     * @param parameters each name with all its values, as {@code ServletRequest.getParameterMap} gives them
     * @return the callback
     * @throws IllegalArgumentException if there are over a hundred parameters
     */
    public static AuthorizationCallback of(Map<String, String[]> parameters) {
        Objects.requireNonNull(parameters, "parameters");
        Parameters all = Parameters.NONE;
        int count = 0;
        for (Map.Entry<String, String[]> each : parameters.entrySet()) {
            if (!each.getKey().isEmpty()) {
                for (String value : Arrays.asList(each.getValue())) {
                    requireFew(++count);
                    all = all.and(each.getKey(), value);
                }
            }
        }
        return new AuthorizationCallback(all);
    }

    /**
     * Finds all values of a parameter.
     *
     * @param name its name
     * @return the values; more than one is an attack or a mistake, and is refused when the authorization is completed
     */
    public List<String> all(String name) {
        return parameters.all(name);
    }

    /**
     * Gives the state, by which the authorization request is found. In a signed response (JARM §2.1) it is read before the
     * signature is looked at, which it must be to find out whose it should be; completing the authorization does that.
     *
     * @return the state, or nothing if it is missing, empty, there twice, or in a response that is encrypted
     */
    public Optional<State> state() {
        List<String> all = parameters.all("state");
        if (all.isEmpty()) {
            all = statesOf(parameters.all("response"));
        }
        return all.size() == 1 && !all.get(0).isEmpty() && all.get(0).chars().noneMatch(Character::isISOControl)
                ? Optional.of(State.of(all.get(0)))
                : Optional.empty();
    }

    /**
     * Gives all parameters.
     *
     * @return the parameters
     */
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public String toString() {
        return "AuthorizationCallback" + parameters.toString().substring("Parameters".length());
    }

    // A state of ours is 43 characters that JSON has no other spelling for. What else the response says counts only
    // once
    // its signature is right, the state itself included.
    private static List<String> statesOf(List<String> responses) {
        List<String> states = new ArrayList<>();
        String[] parts = responses.size() == 1 ? responses.get(0).split("\\.", -1) : new String[0];
        if (parts.length == 3 && parts[1].length() <= MAX_PAYLOAD) {
            try {
                Matcher matcher =
                        STATE.matcher(new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8));
                while (matcher.find()) {
                    states.add(matcher.group(1));
                }
            } catch (IllegalArgumentException e) {
                return List.of();
            }
        }
        return states;
    }

    private static void requireFew(int count) {
        if (count > MAX_PARAMETERS) {
            throw new IllegalArgumentException("A callback has at most " + MAX_PARAMETERS + " parameters");
        }
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Without the JDK's message and cause: they quote what the browser brought.
            throw new IllegalArgumentException("the callback is not form-encoded");
        }
    }
}
