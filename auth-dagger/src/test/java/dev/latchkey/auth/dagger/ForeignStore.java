package dev.latchkey.auth.dagger;

import dev.latchkey.auth.spi.TokenStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A store that none of our modules knows: it delegates, and counts. */
final class ForeignStore {

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final TokenStore store;

    ForeignStore(TokenStore inner) {
        this.store = (TokenStore) Proxy.newProxyInstance(
                TokenStore.class.getClassLoader(), new Class<?>[] {TokenStore.class}, (proxy, method, arguments) -> {
                    calls.add(method.getName());
                    try {
                        return method.invoke(inner, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    TokenStore store() {
        return store;
    }

    List<String> calls() {
        return calls;
    }
}
