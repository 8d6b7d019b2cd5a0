package dev.latchkey.benchmarks;

import com.azure.identity.AuthorizationCodeCredential;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.IAccount;
import com.microsoft.aad.msal4j.SilentParameters;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.token.AccessToken;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import reactor.core.publisher.Mono;

/**
 * A token of any of many users that is at hand already: the application has the user's name, makes an account of it, and
 * asks. The names are drawn at random, so that the look-up misses the processor's caches as it would in a server.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init")
public class SessionHit {

    /** Latchkey's users. */
    @State(Scope.Benchmark)
    public static class Sessions {

        /** How many users have signed in. */
        @Param({"1", "1000", "10000", "100000", "1000000"})
        public int sessions;

        String[] subjects;
        OAuthClient client;
        private final LastRecord store = new LastRecord();
        private long looks;

        /** Signs everybody in, and drops the very strings by which they did. */
        @Setup
        public void signIn() {
            client = Users.signedIn(Users.subjects(sessions), store, clock());
            subjects = Users.subjects(sessions);
            looks = store.looks();
        }

        /** None: the client's own way to tell the time. */
        @Nullable
        Clock clock() {
            return null;
        }

        /** Makes sure that each look-up was a hit: a miss would have asked the store. */
        @TearDown
        public void onlyHits() {
            if (store.looks() != looks) {
                throw new IllegalStateException("The store was asked " + (store.looks() - looks) + " times");
            }
        }

        String any() {
            return subjects[ThreadLocalRandom.current().nextInt(subjects.length)];
        }
    }

    /** Latchkey's users, of a client that is told to read the system's clock each time. */
    @State(Scope.Benchmark)
    public static class SessionsByExactClock extends Sessions {

        @Override
        Clock clock() {
            return Clock.systemUTC();
        }
    }

    /** The least that a look-up costs. */
    @State(Scope.Benchmark)
    public static class Bare {

        /** How many there are. */
        @Param({"1", "1000", "10000", "100000", "1000000"})
        public int sessions;

        final Clock clock = Clock.systemUTC();
        String[] subjects;
        ConcurrentMap<String, AccessToken> tokens;

        /** Fills the map. */
        @Setup
        public void fill() {
            tokens = new ConcurrentHashMap<>();
            for (int i = 0; i < sessions; i++) {
                tokens.put(Users.subject(i), AccessToken.bearer(Users.token("access", i, Users.ACCESS_TOKEN)));
            }
            subjects = Users.subjects(sessions);
        }
    }

    /** MSAL4J's users. */
    @State(Scope.Benchmark)
    public static class Msal {

        /** How many users have signed in. */
        @Param({"1", "10000"})
        public int accounts;

        ConfidentialClientApplication application;
        IAccount[] all;

        /**
         * Fills the cache.
         *
         * @throws Exception if it cannot be read
         */
        @Setup
        public void fill() throws Exception {
            application = MsalUsers.signedIn(accounts, Instant.now().plus(1, ChronoUnit.DAYS), MsalUsers.noServer());
            all = application.getAccounts().join().toArray(new IAccount[0]);
        }
    }

    /** Azure Identity's one user. */
    @State(Scope.Benchmark)
    public static class Azure {

        AuthorizationCodeCredential credential;
        private final AtomicInteger requests = new AtomicInteger();

        /** Signs in, from an answer in memory; on the calling thread, which is the quickest that it can do. */
        @Setup
        public void signIn() {
            credential = AzureUsers.credential(
                    request -> {
                        requests.incrementAndGet();
                        return Mono.just(new AzureAnswer(request, MsalUsers.answer()));
                    },
                    new CallingThread());
            AzureUsers.token(credential);
        }

        /** Makes sure that each look-up was a hit. */
        @TearDown
        public void onlyHits() {
            if (requests.get() != 1) {
                throw new IllegalStateException("The server was asked " + requests + " times");
            }
        }
    }

    /**
     * Latchkey, with an account made for the call.
     *
     * @param users the users
     * @return the token
     */
    @Benchmark
    public Object latchkey(Sessions users) {
        return users.client.tokens(Users.account(users.any()), Users.SCOPES).token();
    }

    /**
     * Latchkey with a clock that is read anew for each look-up.
     *
     * @param users the users
     * @return the token
     */
    @Benchmark
    public Object latchkeyExactClock(SessionsByExactClock users) {
        return latchkey(users);
    }

    /**
     * A map from the users' names, and one reading of the clock: what nobody can do without who asks whether the token is
     * still valid.
     *
     * @param bare the map
     * @return the token
     */
    @Benchmark
    public @Nullable Object mapAndClock(Bare bare) {
        return bare.clock.millis() < 0 ? null : map(bare);
    }

    /**
     * A map from the users' names.
     *
     * @param bare the map
     * @return the token
     */
    @Benchmark
    public @Nullable Object map(Bare bare) {
        return bare.tokens.get(bare.subjects[ThreadLocalRandom.current().nextInt(bare.subjects.length)]);
    }

    /**
     * MSAL4J, silently.
     *
     * @param msal the application
     * @return the token
     * @throws Exception if the parameters are wrong
     */
    @Benchmark
    public Object msal4j(Msal msal) throws Exception {
        IAccount account = msal.all[ThreadLocalRandom.current().nextInt(msal.all.length)];
        return msal.application
                .acquireTokenSilently(
                        SilentParameters.builder(MsalUsers.scopes(), account).build())
                .join();
    }

    /**
     * Azure Identity, whose credential is kept, since it knows one user only.
     *
     * @param azure the credential
     * @return the token
     */
    @Benchmark
    public Object azureIdentity(Azure azure) {
        return AzureUsers.token(azure.credential);
    }
}
