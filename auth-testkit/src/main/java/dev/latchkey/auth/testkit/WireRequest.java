package dev.latchkey.auth.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A request as it came over the wire, its body out of its chunks. Immutable. */
public final class WireRequest {

    private final String line;
    private final List<String> fields;
    private final byte[] body;

    WireRequest(String line, List<String> fields, byte[] body) {
        this.line = line;
        this.fields = List.copyOf(fields);
        this.body = body;
    }

    /**
     * Tells the request line, such as {@code GET / HTTP/1.1}.
     *
     * @return the line without its end
     */
    public String line() {
        return line;
    }

    /**
     * Finds the values of a header.
     *
     * @param name the header's name, in any case
     * @return its values in order, without surrounding white space; empty if it is absent
     */
    public List<String> header(String name) {
        List<String> values = new ArrayList<>();
        for (String field : fields) {
            int colon = field.indexOf(':');
            if (colon > 0 && field.substring(0, colon).equalsIgnoreCase(name)) {
                values.add(field.substring(colon + 1).trim());
            }
        }
        return values;
    }

    /**
     * Gives the body.
     *
     * @return a copy; empty if there was none
     */
    public byte[] body() {
        return body.clone();
    }

    /**
     * Gives the body as text.
     *
     * @return the body, read as UTF-8
     */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return line;
    }
}
