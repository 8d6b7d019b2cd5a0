package dev.latchkey.auth.atproto;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What there are permissions for, and what a permission for it may say. The first parameter is the one that may stand behind the
 * colon. Immutable.
 */
final class PermissionResource {

    private static final String AUDIENCE =
            "a did:plc, or a did:web without a path, with its fragment, such as did:web:api.example.com#feed";

    static final PermissionResource REPO = new PermissionResource(
            "repo",
            Parameter.several("collection", "a collection's name, or *", value -> value.equals("*") || Nsid.is(value))
                    .normally(PermissionResource::names),
            Parameter.someOf("action", "create", "update", "delete").byDefault("create", "update", "delete"));
    static final PermissionResource RPC = new PermissionResource(
            "rpc",
            Parameter.several("lxm", "a method's name, or *", value -> value.equals("*") || Nsid.is(value))
                    .normally(PermissionResource::names),
            Parameter.one(
                    "aud", AUDIENCE + ", or *", value -> value.equals("*") || ServiceReference.isAudience(value)));
    static final PermissionResource BLOB = new PermissionResource(
            "blob",
            Parameter.several("accept", "a media type, such as image/png or image/*", MediaRange::is)
                    .normally(MediaRange::normal));
    static final PermissionResource ACCOUNT = new PermissionResource(
            "account",
            Parameter.oneOf("attr", "email", "repo", "status"),
            Parameter.someOf("action", "read", "manage").byDefault("read"));
    static final PermissionResource IDENTITY =
            new PermissionResource("identity", Parameter.oneOf("attr", "handle", "*"));
    static final PermissionResource INCLUDE = new PermissionResource(
            "include",
            Parameter.one("nsid", "a permission set's name", Nsid::is),
            Parameter.one("aud", AUDIENCE, ServiceReference::isAudience).byDefault());

    private static final List<PermissionResource> ALL = List.of(REPO, RPC, BLOB, ACCOUNT, IDENTITY, INCLUDE);

    private final String title;
    private final List<Parameter> parameters;

    private PermissionResource(String title, Parameter... parameters) {
        this.title = title;
        this.parameters = List.of(parameters);
    }

    static PermissionResource named(String title) {
        return ALL.stream()
                .filter(each -> each.title.equals(title))
                .findAny()
                .orElseThrow(() -> new IllegalArgumentException("scope: no such resource; there are "
                        + ALL.stream().map(PermissionResource::title).collect(Collectors.joining(", "))));
    }

    String title() {
        return title;
    }

    String first() {
        return parameters.get(0).name;
    }

    /** Refuses a value that a parameter cannot have. */
    void check(String parameter, String value) {
        for (Parameter each : parameters) {
            require(!each.name.equals(parameter) || each.isValue.test(value), parameter, "must be " + each.what);
        }
    }

    /** Refuses what the servers do not understand, and puts in what they take for what is not said. */
    Map<String, List<String>> checked(Map<String, List<String>> given) {
        Map<String, List<String>> checked = new LinkedHashMap<>();
        for (Parameter each : parameters) {
            List<String> values = given.getOrDefault(each.name, List.of());
            List<String> defaults = each.defaults;
            require(defaults != null || !values.isEmpty(), each.name, "must be there");
            require(each.many || values.size() <= 1, each.name, "must be there once");
            require(values.stream().allMatch(each.isValue), each.name, "must be " + each.what);
            if (!values.isEmpty()) {
                checked.put(each.name, List.copyOf(values));
            } else if (defaults != null && !defaults.isEmpty()) {
                checked.put(each.name, defaults);
            }
        }
        for (String name : given.keySet()) {
            require(checked.containsKey(name), name, "is no parameter of it");
        }
        require(
                this != RPC || !checked.values().stream().allMatch(values -> values.contains("*")),
                "lxm",
                "and aud must not both be *");
        return checked;
    }

    /** Says the same in one way. */
    Map<String, List<String>> normal(Map<String, List<String>> checked) {
        Map<String, List<String>> normal = new LinkedHashMap<>();
        for (Parameter each : parameters) {
            if (checked.containsKey(each.name)) {
                normal.put(each.name, each.normal.apply(checked.getOrDefault(each.name, List.of())));
            }
        }
        return Collections.unmodifiableMap(normal);
    }

    /** Prints what is normal, without what the servers take for it anyway. */
    String print(Map<String, List<String>> normal) {
        Map<String, List<String>> said = new LinkedHashMap<>(normal);
        for (Parameter each : parameters) {
            if (each.defaults != null) {
                said.remove(each.name, each.defaults);
            }
        }
        return ScopeText.print(title, first(), said);
    }

    private static List<String> names(List<String> values) {
        return values.contains("*")
                ? List.of("*")
                : values.stream().distinct().sorted().collect(Collectors.toUnmodifiableList());
    }

    private void require(boolean right, String parameter, String problem) {
        if (!right) {
            throw new IllegalArgumentException("scope " + title + ": " + parameter + " " + problem);
        }
    }

    /** Required, unless it has defaults, be it none. */
    private static final class Parameter {

        final String name;
        final boolean many;
        final String what;
        final Predicate<String> isValue;
        final UnaryOperator<List<String>> normal;
        final @Nullable List<String> defaults;

        private Parameter(
                String name,
                boolean many,
                String what,
                Predicate<String> isValue,
                UnaryOperator<List<String>> normal,
                @Nullable List<String> defaults) {
            this.name = name;
            this.many = many;
            this.what = what;
            this.isValue = isValue;
            this.normal = normal;
            this.defaults = defaults;
        }

        static Parameter one(String name, String what, Predicate<String> isValue) {
            return new Parameter(name, false, what, isValue, values -> values, null);
        }

        static Parameter several(String name, String what, Predicate<String> isValue) {
            return new Parameter(name, true, what, isValue, values -> values, null);
        }

        static Parameter oneOf(String name, String... values) {
            List<String> all = List.of(values);
            return one(name, "one of " + String.join(", ", all), all::contains);
        }

        static Parameter someOf(String name, String... values) {
            List<String> all = List.of(values);
            return several(name, "one of " + String.join(", ", all), all::contains)
                    .normally(given -> all.stream().filter(given::contains).collect(Collectors.toUnmodifiableList()));
        }

        Parameter normally(UnaryOperator<List<String>> normal) {
            return new Parameter(name, many, what, isValue, normal, defaults);
        }

        Parameter byDefault(String... values) {
            return new Parameter(name, many, what, isValue, normal, List.of(values));
        }
    }
}
