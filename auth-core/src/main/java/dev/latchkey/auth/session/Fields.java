package dev.latchkey.auth.session;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Typed access to the members of a record that we wrote ourselves; anything unexpected is an IllegalArgumentException. */
final class Fields {

    private final Map<?, ?> members;

    Fields(Map<?, ?> members) {
        this.members = members;
    }

    boolean has(String name) {
        return members.get(name) != null;
    }

    Set<String> names() {
        return present().keySet();
    }

    String text(String name) {
        Object value = members.get(name);
        if (!(value instanceof String)) {
            throw new IllegalArgumentException(name + " must be a text");
        }
        return (String) value;
    }

    @Nullable
    String optionalText(String name) {
        return has(name) ? text(name) : null;
    }

    long number(String name) {
        Object value = members.get(name);
        if (!(value instanceof Long)) {
            throw new IllegalArgumentException(name + " must be a whole number");
        }
        return (Long) value;
    }

    Fields object(String name) {
        Object value = members.get(name);
        if (!(value instanceof Map)) {
            throw new IllegalArgumentException(name + " must be an object");
        }
        return new Fields((Map<?, ?>) value);
    }

    Map<String, Object> present() {
        Map<String, Object> present = new LinkedHashMap<>();
        members.forEach((name, value) -> {
            if (value != null) {
                present.put((String) name, value);
            }
        });
        return present;
    }

    /** The members with other names, as they are, so that what a newer release wrote is not lost. */
    Map<String, Object> others(Set<String> known) {
        Map<String, Object> others = present();
        others.keySet().removeAll(known);
        return others;
    }
}
