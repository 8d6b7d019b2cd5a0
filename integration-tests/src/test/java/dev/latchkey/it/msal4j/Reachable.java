package dev.latchkey.it.msal4j;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Counts what hangs on an object of Latchkey's: its own objects by their fields, the JDK's collections by their elements. */
final class Reachable {

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> open = new ArrayDeque<>();

    private Reachable() {}

    static long from(Object root) {
        Reachable reachable = new Reachable();
        reachable.meet(root);
        while (!reachable.open.isEmpty()) {
            reachable.look(reachable.open.remove());
        }
        return reachable.seen.size();
    }

    private void meet(@Nullable Object object) {
        if (object != null && !(object instanceof Class) && seen.add(object)) {
            open.add(object);
        }
    }

    private void look(Object object) {
        if (object instanceof Map) {
            ((Map<?, ?>) object).forEach((key, value) -> {
                meet(key);
                meet(value);
            });
        } else if (object instanceof Collection) {
            ((Collection<?>) object).forEach(this::meet);
        } else if (object instanceof AtomicReference) {
            meet(((AtomicReference<?>) object).get());
        } else if (object instanceof Object[]) {
            for (int i = 0; i < Array.getLength(object); i++) {
                meet(Array.get(object, i));
            }
        } else if (isLatchkeys(object.getClass())) {
            for (Class<?> type = object.getClass(); type != null && isLatchkeys(type); type = type.getSuperclass()) {
                lookIntoFields(object, type);
            }
        }
    }

    private void lookIntoFields(Object object, Class<?> type) {
        for (Field field : type.getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                field.setAccessible(true);
                try {
                    meet(field.get(object));
                } catch (IllegalAccessException e) {
                    throw new AssertionError(e);
                }
            }
        }
    }

    // The server and the clock are a test's, and the former keeps what it was asked.
    private static boolean isLatchkeys(Class<?> type) {
        String name = type.getName();
        return name.startsWith("dev.latchkey.")
                && !name.startsWith("dev.latchkey.it.")
                && !name.startsWith("dev.latchkey.auth.testkit.");
    }
}
