package dev.latchkey.it.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.store.jdbc.JdbcTokenStore;
import dev.latchkey.store.redis.RedisTokenStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.UnifiedJedis;

/** What a refresh costs the store that nodes share, as the store's own server is asked. */
class RoundTripsTest {

    private static final Scopes SCOPES = Scopes.of("api.read");

    private final MutableClock clock = MutableClock.at(Instant.now());
    private final AtomicInteger tokens = new AtomicInteger();

    @Test
    void aRefreshIsThreeStatementsOfADatabase() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder().start()) {
            JdbcTokenStore.over(server.getPostgresDatabase()).createTable();
            List<String> executed = new CopyOnWriteArrayList<>();
            DataSource counted = counted(server.getPostgresDatabase(), executed);

            refresh(() -> JdbcTokenStore.builder(counted).clock(clock).build(), executed::clear);

            assertThat(executed).hasSize(3);
            assertThat(executed.get(0)).startsWith("SELECT");
            assertThat(executed.subList(1, 3)).allMatch(text -> text.startsWith("UPDATE"));
        }
    }

    @Test
    void aRefreshIsThreeCommandsOfRedis() throws Exception {
        EncryptedRedisStoreTest.start();
        try (UnifiedJedis client = EncryptedRedisStoreTest.client();
                UnifiedJedis observer = EncryptedRedisStoreTest.client()) {
            refresh(
                    () -> RedisTokenStore.builder(client).clock(clock).build(),
                    () -> observer.executeCommand(new CommandArguments(Command.CONFIG).add("RESETSTAT")));

            Map<String, Integer> sent = commands(observer);
            // What a script does within the server is no round trip.
            sent.keySet().retainAll(List.of("getex", "get", "eval", "evalsha"));
            assertThat(sent).containsExactlyInAnyOrderEntriesOf(Map.of("getex", 1, "evalsha", 2));
        } finally {
            EncryptedRedisStoreTest.stop();
        }
    }

    /** Signs in at one node, lets the token expire, and refreshes it at another, which knows nothing yet. */
    private void refresh(Supplier<TokenStore> store, Runnable beforeTheRefresh) {
        Account alice;
        try (OAuthClient here = client(store.get())) {
            alice = signIn(here);
        }
        clock.advance(Duration.ofHours(2));
        try (OAuthClient there = client(store.get())) {
            beforeTheRefresh.run();
            assertThat(there.tokens(alice, SCOPES).token().reveal()).isEqualTo("at-2");
            assertThat(tokens).hasValue(2);
        }
    }

    private OAuthClient client(TokenStore store) {
        ScriptedTransport transport = ScriptedTransport.create();
        transport.onPost("/token").alwaysAnswers(request -> {
            int number = tokens.incrementAndGet();
            return Answer.json(
                    200,
                    "{\"token_type\":\"Bearer\",\"expires_in\":3600,\"access_token\":\"at-" + number
                            + "\",\"refresh_token\":\"rt-" + number + "\"}");
        });
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder("https://issuer.example")
                        .tokenEndpoint(URI.create("https://issuer.example/token"))
                        .build()))
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s3cret")))
                .security(SecurityProfile.LENIENT)
                .store(store)
                .clock(clock)
                .build();
    }

    // The shortest way to a session; what is counted comes after it.
    @SuppressWarnings("deprecation")
    private static Account signIn(OAuthClient client) {
        return client.password(PasswordGrant.of("alice", Password.of("pw"), SCOPES), AccountNaming.subject("alice"))
                .account();
    }

    private static Map<String, Integer> commands(UnifiedJedis observer) {
        Map<String, Integer> calls = new TreeMap<>();
        for (String line : observer.info("commandstats").split("\r\n", -1)) {
            if (line.startsWith("cmdstat_")) {
                calls.put(
                        line.substring("cmdstat_".length(), line.indexOf(':')),
                        Integer.valueOf(line.substring(line.indexOf('=') + 1, line.indexOf(','))));
            }
        }
        return calls;
    }

    /** Writes down the text of each statement that is executed. */
    private static DataSource counted(DataSource database, List<String> executed) {
        return proxy(DataSource.class, database, "", executed);
    }

    private static <T> T proxy(Class<T> type, Object below, String text, List<String> executed) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("execute")) {
                        executed.add(text.isEmpty() ? String.valueOf(arguments[0]) : text);
                    }
                    try {
                        Object result = method.invoke(below, arguments);
                        boolean statement = result instanceof Statement;
                        return result instanceof Connection || statement
                                ? proxy(
                                        method.getReturnType(),
                                        result,
                                        statement && arguments != null ? (String) arguments[0] : "",
                                        executed)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
