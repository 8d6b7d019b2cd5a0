package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.lang.reflect.Method;

/** A method by its name. */
@Breaks("reflection")
final class InvokesByName {

    Object call(Method method) throws ReflectiveOperationException {
        return method.invoke(this);
    }
}
