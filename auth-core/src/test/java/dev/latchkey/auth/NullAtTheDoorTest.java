package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.credential.ClientSecret;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Null where none is allowed, as an environment variable that is not set gives it: told at once and by name, since Java 11 says
 * nothing at all of a null that it meets later.
 */
class NullAtTheDoorTest {

    @Test
    void everyFactoryNamesWhatIsNull() throws Exception {
        Map<String, String> silent = new TreeMap<>();
        int asked = 0;
        for (Class<?> type : PublicTypes.all()) {
            // An enum's own factory is the compiler's.
            for (Method factory : type.isEnum() ? new Method[0] : type.getDeclaredMethods()) {
                int modifiers = factory.getModifiers();
                if (!Modifier.isPublic(modifiers) || !Modifier.isStatic(modifiers) || !wantsAnObject(factory)) {
                    continue;
                }
                asked++;
                Throwable failure = catchThrowable(() -> factory.invoke(null, nulls(factory)));
                Throwable told = failure instanceof InvocationTargetException ? failure.getCause() : failure;
                String message = told instanceof NullPointerException ? String.valueOf(told.getMessage()) : "";
                if (!message.matches("[a-z][A-Za-z0-9]*|[A-Z][A-Za-z]* must not be null")) {
                    silent.put(factory.toString(), String.valueOf(told));
                }
            }
        }
        assertThat(silent).as("factories that do not name what is null").isEmpty();
        assertThat(asked).isGreaterThan(60);
    }

    @Test
    void aSecretThatIsNotThereIsNamedByItsType() {
        @Nullable String notSet = System.getenv("LATCHKEY_IS_NOT_SET");

        assertThat(catchThrowable(() -> ClientSecret.of(notSet)))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("ClientSecret must not be null");
    }

    /** What ServletRequest gives: null for a request without a query, and for one without the header Cookie. */
    @Test
    void aRequestWithoutQueryOrCookieIsNoMistakeOfTheCaller() {
        @Nullable String none = null;

        assertThat(AuthorizationCallback.parse(none).state()).isEmpty();
        assertThat(BrowserBinding.find(AuthorizationCallback.parse("code=c&state=s"), none))
                .isEmpty();
    }

    private static boolean wantsAnObject(Method factory) {
        AnnotatedType[] types = factory.getAnnotatedParameterTypes();
        Class<?>[] classes = factory.getParameterTypes();
        for (int i = 0; i < types.length; i++) {
            if (!classes[i].isPrimitive() && !types[i].isAnnotationPresent(Nullable.class)) {
                return true;
            }
        }
        return false;
    }

    private static Object[] nulls(Method factory) {
        return Arrays.stream(factory.getParameterTypes())
                .map(type -> type == int.class
                        ? (Object) 200
                        : type == long.class ? (Object) 1L : type == boolean.class ? (Object) true : null)
                .toArray();
    }
}
