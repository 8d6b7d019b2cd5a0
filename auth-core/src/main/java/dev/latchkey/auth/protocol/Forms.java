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
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return form.toString();
    }
}
