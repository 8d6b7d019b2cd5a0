package dev.latchkey.auth;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** The sizes of all maps and collections that an object of ours holds, directly or through others of ours. */
final class HeldInMemory {

    private static final String OURS = "dev.latchkey.";

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Object> open = new ArrayDeque<>();
    private final Map<String, Integer> sizes = new TreeMap<>();

    private HeldInMemory() {}

    /** Names are like {@code Flights.tails}; of those that occur several times, the largest counts. */
    static Map<String, Integer> by(Object root, Object... except) throws IllegalAccessException {
        HeldInMemory walk = new HeldInMemory();
        Collections.addAll(walk.seen, except);
        walk.visit("", root);
        while (!walk.open.isEmpty()) {
            Object next = walk.open.remove();
            for (Class<?> type = next.getClass(); type != null; type = type.getSuperclass()) {
                walk.fields(next, type);
            }
        }
        return walk.sizes;
    }

    private void fields(Object of, Class<?> type) throws IllegalAccessException {
        if (!type.getName().startsWith(OURS)) {
            return;
        }
        for (Field field : type.getDeclaredFields()) {
            // Those of other modules, such as the transport's values, are not ours to open.
            boolean opens = !Modifier.isStatic(field.getModifiers())
                    && !field.getType().isPrimitive()
                    && type.getModule() == HeldInMemory.class.getModule();
            if (opens) {
                field.setAccessible(true);
                visit(type.getSimpleName() + "." + field.getName(), field.get(of));
            }
        }
    }

    private void visit(String name, Object value) {
        if (value instanceof AtomicReference) {
            visit(name, ((AtomicReference<?>) value).get());
        } else if (value instanceof Map) {
            sizes.merge(name, ((Map<?, ?>) value).size(), Math::max);
            ((Map<?, ?>) value).values().forEach(each -> visit(name + "[]", each));
        } else if (value instanceof Collection) {
            sizes.merge(name, ((Collection<?>) value).size(), Math::max);
            ((Collection<?>) value).forEach(each -> visit(name + "[]", each));
        } else if (value != null && value.getClass().getName().startsWith(OURS) && seen.add(value)) {
            open.add(value);
        }
    }
}
