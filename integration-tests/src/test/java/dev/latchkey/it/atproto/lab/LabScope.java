package dev.latchkey.it.atproto.lab;

import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One scope, taken apart as the reference server does: in front of the question mark a plus is a plus, and behind it, where
 * {@code URLSearchParams} reads, a space. Immutable.
 */
final class LabScope {

    private static final Set<String> STATIC =
            Set.of("atproto", "transition:generic", "transition:email", "transition:chat.bsky");
    private static final String NSID = "([a-z][a-z0-9-]*\\.)([a-z0-9-]+\\.)+[a-zA-Z][a-zA-Z0-9]*";
    private static final String SERVICE = "did:(plc:[a-z2-7]{24}|web:[a-zA-Z0-9.:%-]+)#[A-Za-z0-9._:-]+";

    /** What each resource may say, the first of it also behind the colon; a star stands for "several". */
    private static final Map<String, Map<String, String>> RESOURCES = Map.of(
            "repo", ordered("collection*", "\\*|" + NSID, "action*", "create|update|delete"),
            "rpc", ordered("lxm*", "\\*|" + NSID, "aud", "\\*|" + SERVICE),
            "blob", ordered("accept*", "\\*/\\*|[^ /*]+/([^ /*]+|\\*)"),
            "account", ordered("attr", "email|repo|status", "action*", "read|manage"),
            "identity", ordered("attr", "handle|\\*"),
            "include", ordered("nsid", NSID, "aud", SERVICE));

    private final String resource;
    private final Map<String, List<String>> values;

    private LabScope(String resource, Map<String, List<String>> values) {
        this.resource = resource;
        this.values = values;
    }

    private static Map<String, String> ordered(String... namesAndForms) {
        Map<String, String> all = new LinkedHashMap<>();
        for (int i = 0; i < namesAndForms.length; i += 2) {
            all.put(namesAndForms[i], namesAndForms[i + 1]);
        }
        return all;
    }

    /** Whether the server makes anything of it. A real one leaves out what it does not understand, and says nothing. */
    static boolean isUnderstood(String text) {
        return STATIC.contains(text) || read(text).isPresent();
    }

    /** Whether one of the scopes allows to upload a blob of this type. */
    static boolean allowBlob(List<String> scopes, String type) {
        return scopes.stream().flatMap(scope -> read(scope).stream()).anyMatch(scope -> scope.accepts(type));
    }

    private boolean accepts(String type) {
        String all = type.substring(0, type.indexOf('/') + 1) + "*";
        return resource.equals("blob")
                && values.getOrDefault("accept", List.of()).stream()
                        .anyMatch(accept -> Set.of(type, all, "*/*").contains(accept));
    }

    static Optional<LabScope> read(String text) {
        int question = text.indexOf('?');
        String head = question < 0 ? text : text.substring(0, question);
        int colon = head.indexOf(':');
        String resource = colon < 0 ? head : head.substring(0, colon);
        Map<String, String> forms = RESOURCES.get(resource);
        if (forms == null) {
            return Optional.empty();
        }
        Map<String, List<String>> values = query(question < 0 ? "" : text.substring(question + 1));
        String first = name(forms.keySet().iterator().next());
        if (colon >= 0 && values.put(first, List.of(component(head.substring(colon + 1)))) != null) {
            return Optional.empty();
        }
        boolean good = values.containsKey(first) && (!resource.equals("rpc") || isNotEverything(values));
        for (Map.Entry<String, List<String>> each : values.entrySet()) {
            boolean several = forms.containsKey(each.getKey() + "*");
            String form = forms.getOrDefault(several ? each.getKey() + "*" : each.getKey(), "(?!)");
            good &= (several || each.getValue().size() == 1)
                    && each.getValue().stream().allMatch(value -> value.matches(form));
        }
        return good ? Optional.of(new LabScope(resource, values)) : Optional.empty();
    }

    private static boolean isNotEverything(Map<String, List<String>> values) {
        List<String> audience = values.getOrDefault("aud", List.of());
        return !audience.isEmpty()
                && !(audience.contains("*")
                        && values.getOrDefault("lxm", List.of()).contains("*"));
    }

    private static String name(String nameOfForm) {
        return nameOfForm.replace("*", "");
    }

    private static Map<String, List<String>> query(String text) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        for (String pair : text.isEmpty() ? new String[0] : text.split("&", -1)) {
            int equals = pair.indexOf('=');
            String name = URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), StandardCharsets.UTF_8);
            String value = equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
            values.computeIfAbsent(name, absent -> new ArrayList<>()).add(value);
        }
        return values;
    }

    /** As {@code decodeURIComponent}: a plus is a plus. */
    private static String component(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < bytes.length; i++) {
            boolean encoded = bytes[i] == '%' && i + 2 < bytes.length;
            out.write(
                    encoded ? Integer.parseInt(new String(bytes, i + 1, 2, StandardCharsets.US_ASCII), 16) : bytes[i]);
            i += encoded ? 2 : 0;
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
