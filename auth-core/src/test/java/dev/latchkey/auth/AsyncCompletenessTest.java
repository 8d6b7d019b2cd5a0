package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.registration.AsyncClientRegistrations;
import dev.latchkey.auth.registration.ClientRegistrations;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever blocks has a counterpart that does not, of the same name and parameters, whose future gives the same. */
class AsyncCompletenessTest {

    /** What does no I/O, or leads to what has futures of its own ({@code TokenSource.getAsync}); and the end of it all. */
    private static final Set<String> OF_CLIENT = Set.of(
            "builder(HttpTransport)",
            "async()",
            "accounts()",
            "clientId()",
            "clientCredentials(Scopes)",
            "clientCredentials(Scopes, RequestOptions)",
            "tokens(Account, Scopes)",
            "tokens(Account, Scopes, RequestOptions)",
            "tokens(Grant)",
            "tokens(Grant, RequestOptions)",
            "tokens(String, Scopes, Supplier, RequestOptions)",
            "close()");

    /** What gives one account after the other becomes a list or pages. */
    private static final Set<String> OF_ACCOUNTS =
            Set.of("iterator()", "page(String, int)", "named(String)", "ofSubject(String)", "toString()");

    private static final Set<String> OF_REGISTRATIONS =
            Set.of("over(HttpTransport)", "dangerouslyAllowingHttp(HttpTransport)", "async(Executor)");

    private static String name(Method method) {
        return method.getName()
                + Arrays.stream(method.getParameterTypes())
                        .map(Class::getSimpleName)
                        .collect(Collectors.joining(", ", "(", ")"));
    }

    private static Map<String, Type> calls(Class<?> type) {
        Map<String, Type> calls = new TreeMap<>();
        for (Method each : type.getDeclaredMethods()) {
            if (Modifier.isPublic(each.getModifiers()) && !each.isSynthetic()) {
                calls.put(name(each), each.getGenericReturnType());
            }
        }
        return calls;
    }

    private static void assertComplete(Class<?> blocking, Set<String> exceptions, Class<?> async) {
        Map<String, Type> calls = calls(blocking);
        Map<String, Type> futures = calls(async);
        assertThat(calls.keySet()).as("an exception that is none").containsAll(exceptions);
        Set<String> missing = new TreeSet<>(calls.keySet());
        missing.removeAll(exceptions);
        missing.removeAll(futures.keySet());
        assertThat(missing)
                .as("calls of %s without a counterpart", blocking.getSimpleName())
                .isEmpty();
        calls.keySet().removeAll(exceptions);
        calls.forEach((name, gives) -> {
            ParameterizedType future = (ParameterizedType) futures.get(name);
            assertThat(future.getRawType()).as(name).isEqualTo(CompletableFuture.class);
            assertThat(future.getActualTypeArguments()[0].getTypeName())
                    .as(name)
                    .isEqualTo(boxed(gives.getTypeName()));
        });
    }

    private static String boxed(String type) {
        return type.equals("boolean") ? "java.lang.Boolean" : type.equals("void") ? "java.lang.Void" : type;
    }

    @Test
    void everyCallOfTheClientHasAFuture() {
        assertComplete(OAuthClient.class, OF_CLIENT, AsyncOAuthClient.class);
    }

    @Test
    void everyCallOfTheAccountsHasAFuture() {
        assertComplete(Accounts.class, OF_ACCOUNTS, AsyncOAuthClient.class);
        assertThat(calls(AsyncOAuthClient.class))
                .containsKeys("accounts(String, int)", "named(String)", "ofSubject(String)");
    }

    @Test
    void everyCallOfTheRegistrationsHasAFuture() {
        assertComplete(ClientRegistrations.class, OF_REGISTRATIONS, AsyncClientRegistrations.class);
    }
}
