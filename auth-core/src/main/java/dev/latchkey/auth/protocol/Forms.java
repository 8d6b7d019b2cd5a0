package dev.latchkey.auth.protocol;

import dev.latchkey.auth.grant.Parameters;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The encoding of parameters in a body or a query (RFC 6749 appendix B). */
final class Forms {

    private Forms() {}

    static String encode(Parameters parameters) {
        StringBuilder form = new StringBuilder(256);
        parameters.forEach((name, value) -> form.append(form.length() == 0 ? "" : "&")
                .append(encode(name))
                .append('=')
                .append(encode(value)));
        return form.toString();
    }

    private static String encode(String text) {
        // Most names and tokens stand for themselves; the encoder would build them anew.
        return standsForItself(text) ? text : URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static boolean standsForItself(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && c != '_' && c != '-' && c != '.' && c != '*') {
                return false;
            }
        }
        return true;
    }
}
