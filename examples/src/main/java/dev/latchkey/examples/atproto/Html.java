package dev.latchkey.examples.atproto;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * Markup. Only templates that stand in the code become markup as they are; whatever is put into them is escaped, unless it is
 * markup itself. So nobody can forget it. Immutable.
 */
final class Html {

    static final Html NONE = new Html("");

    private final String markup;

    private Html(String markup) {
        this.markup = markup;
    }

    /** Fills the values in where the template has {@code {}}, as text or in a quoted attribute. */
    static Html of(String template, Object... values) {
        StringBuilder filled = new StringBuilder();
        int at = 0;
        for (Object value : values) {
            int hole = template.indexOf("{}", at);
            if (hole < 0) {
                throw new IllegalArgumentException("more values than {} in " + template);
            }
            filled.append(template, at, hole).append(value instanceof Html ? value : escaped(String.valueOf(value)));
            at = hole + 2;
        }
        if (template.indexOf("{}", at) >= 0) {
            throw new IllegalArgumentException("fewer values than {} in " + template);
        }
        return new Html(filled.append(template.substring(at)).toString());
    }

    static Html all(Collection<Html> parts) {
        return new Html(parts.stream().map(Html::toString).collect(Collectors.joining("\n")));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    @Override
    public String toString() {
        return markup;
    }
}
