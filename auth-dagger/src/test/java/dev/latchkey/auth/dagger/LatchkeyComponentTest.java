package dev.latchkey.auth.dagger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.entra.Entra;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.transport.apache.ApacheTransport;
import dev.latchkey.transport.jdk.JdkTransport;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class LatchkeyComponentTest {

    private static final ClientConfiguration CONFIGURATION = ClientConfiguration.of(
            Entra.tenant("3aa4a235-b6e2-48d5-9195-7fcf05b459b0"), ClientId.of("app"), ClientAuthentication.none());

    @Test
    void makesEachObjectOnceAndFromTheOthers() {
        ScriptedTransport transport = ScriptedTransport.create();
        TokenStore store = InMemoryTokenStore.create(MutableClock.create());
        MutableClock clock = MutableClock.create();
        try (LatchkeyComponent latchkey = builder()
                .transport(TransportModule.of(transport))
                .store(StoreModule.of(store))
                .clock(ClockModule.of(clock))
                .build()) {
            OAuthClient client = latchkey.client();

            assertThat(latchkey.client()).isSameAs(client);
            assertThat(latchkey.transport()).isSameAs(transport);
            assertThat(latchkey.store()).isSameAs(store);
            assertThat(latchkey.clock()).isSameAs(clock);
            assertThat(client.clientCredentials(Scopes.NONE).transport()).containsSame(transport);
        }
    }

    @Test
    void makesTheTransportThatIsChosen() {
        try (LatchkeyComponent jdk = builder().transport(TransportModule.jdk()).build();
                LatchkeyComponent apache =
                        builder().transport(TransportModule.apache()).build()) {
            assertThat(jdk.transport()).isInstanceOf(JdkTransport.class).isSameAs(jdk.transport());
            assertThat(apache.transport()).isInstanceOf(ApacheTransport.class);
        }
    }

    @Test
    void keepsSessionsInMemoryByTheGraphsClock() {
        ScriptedTransport transport = ScriptedTransport.create();
        MutableClock clock = MutableClock.create();
        try (LatchkeyComponent latchkey = builder()
                .transport(TransportModule.of(transport))
                .clock(ClockModule.of(clock))
                .build()) {
            assertThat(latchkey.store()).isInstanceOf(InMemoryTokenStore.class).isSameAs(latchkey.store());
            TokenSource tokens = latchkey.client().clientCredentials(Entra.graphDefault());
            transport.answers(token("first")).answers(token("second"));

            assertThat(tokens.token().reveal()).isEqualTo("first");
            assertThat(tokens.token().reveal()).isEqualTo("first");
            clock.advance(Duration.ofHours(2));
            assertThat(tokens.token().reveal()).isEqualTo("second");
        }
        transport.verify();
    }

    @Test
    void makesTheChoicesOfTheConfigurationInTheirOrder() {
        ScriptedTransport transport = ScriptedTransport.create().answers(token("t"));
        ClientConfiguration configuration = CONFIGURATION
                .with(builder -> builder.timeout(Duration.ofSeconds(7)))
                .with(builder -> builder.timeout(Duration.ofSeconds(5)));
        try (LatchkeyComponent latchkey = LatchkeyComponent.builder()
                .configuration(configuration)
                .transport(TransportModule.of(transport))
                .store(StoreModule.inMemory())
                .build()) {
            latchkey.client().clientCredentials(Entra.graphDefault()).token();
        }

        assertThat(transport.onlyRequest().timeout()).isEqualTo(Duration.ofMillis(4_500));
    }

    @Test
    void failsLikeTheBuilderForAChoiceThatIsWrong() {
        ClientConfiguration configuration = CONFIGURATION.with(builder -> builder.timeout(Duration.ZERO));
        try (LatchkeyComponent latchkey = LatchkeyComponent.builder()
                .configuration(configuration)
                .transport(TransportModule.of(ScriptedTransport.create()))
                .store(StoreModule.inMemory())
                .build()) {
            assertThatThrownBy(latchkey::client)
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("timeout");
        }
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> LatchkeyComponent.builder()
                        .transport(TransportModule.jdk())
                        .store(StoreModule.inMemory())
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("ClientConfiguration must be set");
        assertThatThrownBy(() -> LatchkeyComponent.builder()
                        .configuration(CONFIGURATION)
                        .store(StoreModule.inMemory())
                        .build())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("TransportModule must be set");
    }

    @Test
    void leavesOpenWhatItWasGiven() {
        ScriptedTransport transport = ScriptedTransport.create();
        LatchkeyComponent latchkey =
                builder().transport(TransportModule.of(transport)).build();
        OAuthClient client = latchkey.client();

        latchkey.close();

        assertThat(transport.isClosed()).isFalse();
        assertThatThrownBy(() -> client.clientCredentials(Scopes.NONE).token())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("client: is closed");
    }

    @Test
    void closesWhatItMadeTheLatestFirstAndOnce() {
        List<String> closed = new ArrayList<>();
        LatchkeyComponent latchkey = builder()
                .transport(TransportModule.of(ScriptedTransport.create()))
                .build();
        latchkey.resources().closing(() -> closed.add("first"));
        latchkey.resources().closing(() -> {
            throw new IOException("cannot be closed");
        });
        latchkey.resources().closing(() -> closed.add("second"));

        assertThatThrownBy(latchkey::close)
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("cannot be closed");
        latchkey.close();

        assertThat(closed).containsExactly("second", "first");
    }

    @Test
    void closesATransportOfItsOwn() {
        LatchkeyComponent latchkey =
                builder().transport(TransportModule.apache()).build();
        HttpTransport transport = latchkey.transport();

        latchkey.close();

        assertThatThrownBy(() -> transport.send(TransportRequest.builder("GET", URI.create("https://login.example"))
                        .build()))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("closed");
    }

    @Test
    void printsNoSecret() {
        assertThat(CONFIGURATION)
                .hasToString("ClientConfiguration[app at"
                        + " Entra[3aa4a235-b6e2-48d5-9195-7fcf05b459b0 at login.microsoftonline.com], none]");
    }

    @Test
    void doesWithoutTheJarOfATransportThatIsNotChosen() throws Exception {
        try (URLClassLoader loader = classPathWithout("transport-apache", "httpclient5", "httpcore5")) {
            assertThatThrownBy(() -> loader.loadClass(ApacheTransport.class.getName()))
                    .isInstanceOf(ClassNotFoundException.class);
            Class<?> module = loader.loadClass(TransportModule.class.getName());

            Object jdk = module.getMethod("jdk").invoke(null);
            Object resources = loader.loadClass(OwnedResources.class.getName())
                    .getConstructor()
                    .newInstance();
            Object transport = provided(module, jdk, resources);
            assertThat(transport.getClass().getName()).isEqualTo(JdkTransport.class.getName());
            assertThatThrownBy(() -> provided(module, module.getMethod("apache").invoke(null), resources))
                    .hasCauseInstanceOf(NoClassDefFoundError.class);
        }
    }

    private static Object provided(Class<?> module, Object instance, Object resources)
            throws ReflectiveOperationException, InvocationTargetException {
        Class<?> factory = module.getClassLoader().loadClass(module.getName() + "_TransportFactory");
        return factory.getMethod("transport", module, resources.getClass()).invoke(null, instance, resources);
    }

    private static URLClassLoader classPathWithout(String... names) throws MalformedURLException {
        List<URL> kept = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(Pattern.quote(File.pathSeparator), -1)) {
            if (List.of(names).stream().noneMatch(entry::contains)) {
                kept.add(new File(entry).toURI().toURL());
            }
        }
        return new URLClassLoader(kept.toArray(new URL[0]), ClassLoader.getPlatformClassLoader());
    }

    private static LatchkeyComponent.Builder builder() {
        return LatchkeyComponent.builder().configuration(CONFIGURATION).store(StoreModule.inMemory());
    }

    private static Answer token(String token) {
        return Answer.json(200, "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"" + token + "\"}");
    }
}
