package dev.latchkey.it.guard;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All guards, for the library itself or for a small wrong copy of its packages. */
final class Guards {

    private Guards() {}

    /**
     * Lists the guards.
     *
     * @param root the package that stands for {@code dev.latchkey}
     * @param exported the packages that their modules export
     */
    static List<Guard> under(String root, Set<String> exported) {
        List<Guard> guards = new ArrayList<>();
        guards.addAll(Technologies.guards(root));
        guards.addAll(Layers.guards(root));
        guards.addAll(Calls.guards());
        guards.addAll(Fields.guards(root));
        guards.add(Monitors.guard());
        guards.add(Strangers.guard(root));
        guards.add(Signatures.guard(root, exported));
        return List.copyOf(guards);
    }

    /** Whether a class lies in a package or below it. */
    static boolean in(JavaClass type, String packageName) {
        String name = type.getPackageName();
        return name.equals(packageName) || name.startsWith(packageName + ".");
    }
}
