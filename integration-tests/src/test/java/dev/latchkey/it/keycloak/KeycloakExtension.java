package dev.latchkey.it.keycloak;

import dev.latchkey.it.browser.Browser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Starts Keycloak when the first test asks for it; JUnit closes what its root store holds when the last one is done. */
final class KeycloakExtension implements ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(KeycloakExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == KeycloakServer.class || type == FapiRealm.class || type == Browser.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        KeycloakServer server = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Running.class, key -> Running.start(), Running.class)
                .server;
        if (parameter.getParameter().getType() == KeycloakServer.class) {
            return server;
        }
        if (parameter.getParameter().getType() == FapiRealm.class) {
            return context.getRoot()
                    .getStore(NAMESPACE)
                    .getOrComputeIfAbsent(FapiRealm.class, key -> FapiRealm.register(server), FapiRealm.class);
        }
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(Browser.class, key -> Browser.headless(server.publicKeyPin()), Browser.class);
    }

    private static final class Running implements AutoCloseable {

        private final KeycloakInstallation installation;
        private final KeycloakServer server;

        private Running(KeycloakInstallation installation, KeycloakServer server) {
            this.installation = installation;
            this.server = server;
        }

        private static Running start() {
            String home = System.getProperty("latchkey.it.keycloak");
            if (home == null) {
                throw new IllegalStateException("the system property latchkey.it.keycloak names the unpacked Keycloak");
            }
            long begin = System.nanoTime();
            try {
                KeycloakInstallation installation = KeycloakInstallation.open(Path.of(home));
                try {
                    installation.prepare();
                    long prepared = System.nanoTime();
                    KeycloakServer server = KeycloakServer.start(installation);
                    System.out.printf(
                            "Keycloak: prepared in %d ms, started in %d ms, %s%n",
                            Duration.ofNanos(prepared - begin).toMillis(),
                            Duration.ofNanos(System.nanoTime() - prepared).toMillis(),
                            server.issuer());
                    return new Running(installation, server);
                } catch (IOException | InterruptedException | RuntimeException e) {
                    installation.close();
                    throw e;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while Keycloak was starting", e);
            }
        }

        @Override
        public void close() throws IOException {
            server.close();
            installation.close();
        }
    }
}
