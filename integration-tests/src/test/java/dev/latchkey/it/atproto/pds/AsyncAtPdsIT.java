package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.atproto.AsyncAtprotoClient;
import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.AtprotoIdentities;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.it.Transport;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The asynchronous client at the reference server, all of whose work one thread does. */
@WithPds
class AsyncAtPdsIT {

    private static final String SESSION = "com.atproto.server.getSession";

    private final PdsWorld world;

    AsyncAtPdsIT(PdsWorld world) {
        this.world = world;
    }

    @ParameterizedTest
    @EnumSource
    void oneThreadIsEnoughForTheWholeFlow(Transport kind) throws Exception {
        Person person = world.someone();
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (Wire wire = world.wire(kind);
                AtprotoClient blocking = AtprotoClient.builder(wire)
                        .metadata(Application.published(world, world.keys))
                        .clock(world.clock())
                        .executor(thread)
                        .identities(AtprotoIdentities.builder(wire)
                                .clock(world.clock())
                                .executor(thread)
                                .plcDirectory(world.pds.directory())
                                .txtRecords(world::txt)
                                .dangerouslyAllowLoopback()
                                .build())
                        .dangerouslyAllowLoopback()
                        .build()) {
            AsyncAtprotoClient client = blocking.async();
            PendingAuthorization pending = got(client.authorize(person.handle()));
            person.signIn(world.browser, pending.uri());
            person.authorize(world.browser);
            AuthorizationCallback callback = world.callback();
            Account account =
                    got(client.complete(callback, pending.browserBinding())).account();
            assertThat(account.subject()).isEqualTo(person.did());
            assertThat(got(called(client, account))).isEqualTo(person.did());
            AccessToken first =
                    got(blocking.tokens(account).getAsync(TokenOptions.NONE)).token();

            world.later(Duration.ofMinutes(61));
            world.pds.answers();
            CompletableFuture<Object> one = called(client, account);
            CompletableFuture<Object> other = called(client, account);
            assertThat(got(one)).isEqualTo(got(other)).isEqualTo(person.did());
            assertThat(world.pds.answers()).containsOnlyOnce("POST /oauth/token 200");
            assertThat(got(blocking.tokens(account).getAsync(TokenOptions.NONE)).token())
                    .isNotEqualTo(first);

            assertThat(got(client.signOut(account, SignOut.AND_AT_SERVER)).revocation())
                    .isEqualTo(Revocation.DONE);
            assertThat(world.pds.sessions(person.did())).isEmpty();
            assertThat(blocking.accounts()).isEmpty();
        } finally {
            thread.shutdownNow();
        }
    }

    private static CompletableFuture<Object> called(AsyncAtprotoClient client, Account account) {
        return client.call(
                account, calls -> calls.query(SESSION, Parameters.NONE).json().get("did"));
    }

    private static <T> T got(CompletableFuture<T> future) throws Exception {
        return future.get(30, TimeUnit.SECONDS);
    }
}
