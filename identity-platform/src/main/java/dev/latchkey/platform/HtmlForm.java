package dev.latchkey.platform;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The first form of an HTML page that is written as the platform writes it. Immutable. */
final class HtmlForm {
    private static final Pattern FORM = Pattern.compile("<form\\b([^>]*)>(.*?)</form>", Pattern.DOTALL);
    private static final Pattern CONTROL = Pattern.compile("<(input|button)\\b([^>]*)>");
    private static final Pattern ATTRIBUTE = Pattern.compile("([\\w-]+)=\"([^\"]*)\"");

    private final String action;
    private final Map<String, String> fields = new LinkedHashMap<>();
    private final List<Map.Entry<String, String>> buttons = new ArrayList<>();

    private HtmlForm(Matcher form) {
        this.action = attributes(form.group(1)).getOrDefault("action", "");
        Matcher control = CONTROL.matcher(form.group(2));
        while (control.find()) {
            Map<String, String> attributes = attributes(control.group(2));
            String name = attributes.getOrDefault("name", "");
            String value = attributes.getOrDefault("value", "");
            if (name.isEmpty()) {
                continue;
            }
            if (control.group(1).equals("button")) {
                buttons.add(Map.entry(name, value));
            } else {
                fields.put(name, value);
            }
        }
    }

    static Optional<HtmlForm> in(String html) {
        Matcher form = FORM.matcher(html);
        return form.find() ? Optional.of(new HtmlForm(form)) : Optional.empty();
    }

    /** What a person reads on a page. */
    static String text(String html) {
        int body = html.indexOf("<main>");
        return unescape(html.substring(Math.max(0, body)).replaceAll("<[^>]*>", " "))
                .trim()
                .replaceAll("\\s+", " ");
    }

    String action() {
        return action;
    }

    boolean has(String field) {
        return fields.containsKey(field);
    }

    /** The fields as the page fills them. */
    Map<String, String> fields() {
        return new LinkedHashMap<>(fields);
    }

    /** The buttons: the first is the one that goes on. */
    List<Map.Entry<String, String>> buttons() {
        return List.copyOf(buttons);
    }

    private static Map<String, String> attributes(String tag) {
        Map<String, String> attributes = new LinkedHashMap<>();
        Matcher attribute = ATTRIBUTE.matcher(tag);
        while (attribute.find()) {
            attributes.put(attribute.group(1), unescape(attribute.group(2)));
        }
        return attributes;
    }

    private static String unescape(String text) {
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }
}
