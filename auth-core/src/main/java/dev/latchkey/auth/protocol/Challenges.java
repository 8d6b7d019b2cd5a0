package dev.latchkey.auth.protocol;

import dev.latchkey.auth.error.Challenge;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code WWW-Authenticate} (RFC 9110 §11.6.1): several challenges in one header or several, quoted strings,
 * token68. What cannot be read is passed over, since the status has said what matters.
 */
public final class Challenges {

    private static final int MAX_LENGTH = 16_384;
    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern PARAMETER = Pattern.compile(
            "[\\s,]*(" + TOKEN + ")\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|(" + TOKEN + "))(?=\\s*(?:,|$))");
    private static final Pattern SCHEME = Pattern.compile("[\\s,]*(" + TOKEN + ")(?:\\s+|$|(?=\\s*,))");
    private static final Pattern TOKEN68 = Pattern.compile("[A-Za-z0-9._~+/-]+=*(?=\\s*(?:,|$))");

    private Challenges() {}

    /**
     * Reads all challenges.
     *
     * @param headers the header's values
     * @return the challenges that could be read
     */
    public static List<Challenge> parse(List<String> headers) {
        List<Challenge> challenges = new ArrayList<>();
        for (String header : headers) {
            if (header.length() <= MAX_LENGTH) {
                parse(header, challenges);
            }
        }
        return challenges;
    }

    private static void parse(String header, List<Challenge> challenges) {
        Matcher scheme = SCHEME.matcher(header);
        Matcher parameter = PARAMETER.matcher(header);
        Matcher token68 = TOKEN68.matcher(header);
        int at = 0;
        while (at < header.length() && matches(scheme, at)) {
            at = scheme.end();
            Map<String, String> parameters = new LinkedHashMap<>();
            while (at < header.length() && matches(parameter, at)) {
                String quoted = parameter.group(2);
                parameters.putIfAbsent(
                        parameter.group(1).toLowerCase(Locale.ROOT),
                        quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1"));
                at = parameter.end();
            }
            if (parameters.isEmpty() && at < header.length() && matches(token68, at)) {
                at = token68.end();
            }
            challenges.add(Challenge.of(scheme.group(1), parameters));
        }
    }

    // Not find(): where there is no match it would try every later position, which takes a hostile header's square.
    private static boolean matches(Matcher matcher, int at) {
        return matcher.region(at, matcher.regionEnd()).lookingAt();
    }
}
