package dev.latchkey.it.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.server.UncertainRefresh;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;

/** A session whose holder is killed at a point of its refresh, and two nodes that go on with it. */
final class Orphan implements AutoCloseable {

    private static final int SURVIVORS = 2;
    private static final String GOES_ON = "goes on";
    private static final String ENDS = "the user must sign in";

    private final StoreKind kind;
    private final String place;
    private final boolean strict;
    private final Point point;
    private final Account account;
    private final ReadToken first;
    private final RefreshToken firstRefreshToken;
    private final HttpTransport transport = Brief.transport();
    private final List<FutureTask<String>> survivors = new ArrayList<>();
    private final AtomicInteger redeemed = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final Set<Duration> waited = ConcurrentHashMap.newKeySet();
    private long killed;

    private Orphan(StoreKind kind, String place, boolean strict, Point point, SignIn signIn) {
        this.kind = kind;
        this.place = place;
        this.strict = strict;
        this.point = point;
        this.account = signIn.account();
        this.first = ReadToken.of(signIn.response().accessToken());
        this.firstRefreshToken = signIn.response().refreshToken().orElseThrow();
    }

    static Orphan signIn(StoreKind kind, String place, String issuer, boolean strict, Point point) throws Exception {
        try (HttpTransport transport = Brief.transport();
                StoreKind.Opened opened = kind.open(place);
                OAuthClient client = Brief.client(transport, issuer, policy(strict), opened.store())
                        .build()) {
            return new Orphan(kind, place, strict, point, Brief.signIn(client, kind.user(), point.name()));
        }
    }

    private static UncertainRefresh policy(boolean strict) {
        return strict ? UncertainRefresh.REAUTHORIZE : UncertainRefresh.RETRY;
    }

    boolean isStrict() {
        return strict;
    }

    Point point() {
        return point;
    }

    Account account() {
        return account;
    }

    /** Keycloak's name of it. */
    String session() {
        return first.session();
    }

    /** To be called when the holder is gone. */
    void startSurvivors(Duration timeout, long deadline) {
        killed = System.nanoTime();
        for (int i = 0; i < SURVIVORS; i++) {
            FutureTask<String> survivor = new FutureTask<>(survivor(timeout, deadline));
            survivors.add(survivor);
            Thread thread = new Thread(survivor, "survivor-" + this);
            thread.setDaemon(true);
            thread.start();
        }
    }

    private Callable<String> survivor(Duration timeout, long deadline) {
        return () -> {
            try (StoreKind.Opened opened = kind.open(place);
                    OAuthClient client = client(opened, timeout)) {
                return goOn(client, deadline);
            }
        };
    }

    private OAuthClient client(StoreKind.Opened opened, Duration timeout) {
        return Brief.client(transport, account.issuer(), policy(strict), opened.store())
                .expiryMargin(Duration.ZERO)
                .timeout(timeout)
                .listener(new AuthListener() {
                    @Override
                    public void tokenGranted(
                            String grantType, String by, Scopes scopes, Optional<Instant> expiresAt, Duration took) {
                        redeemed.incrementAndGet();
                    }

                    @Override
                    public void sessionEnded(Account which, OAuthException reason) {
                        ended.incrementAndGet();
                    }
                })
                .build();
    }

    private String goOn(OAuthClient client, long deadline) {
        while (System.nanoTime() - deadline < 0) {
            try {
                ReadToken token =
                        ReadToken.of(client.tokens(account, Brief.SCOPES).token());
                assertThat(token.whose()).isEqualTo(first.whose());
                // The first may still be valid for a moment.
                if (!token.generation().equals(first.generation())) {
                    waited.add(Duration.ofNanos(System.nanoTime() - killed));
                    return GOES_ON;
                }
            } catch (SignInRequiredException e) {
                waited.add(Duration.ofNanos(System.nanoTime() - killed));
                return ENDS;
            } catch (TemporaryFailureException e) {
                // Its patience is shorter than the lease that it waits for.
            }
        }
        return "nothing, in time";
    }

    void awaitSurvivors() throws Exception {
        for (FutureTask<String> survivor : survivors) {
            assertThat(survivor.get()).as(toString()).isEqualTo(ends() ? ENDS : GOES_ON);
        }
    }

    private boolean ends() {
        return strict && !point.isSafe;
    }

    /** To be called when the survivors are at their end. */
    void check(RealmEvents events, Duration timeout) throws Exception {
        assertThat(events.redeemed(session()))
                .as("REFRESH_TOKEN events of " + this)
                .isEqualTo(point.redeemed + redeemed.get());
        assertThat(ended).as("how often the end was told, " + this).hasValue(ends() ? 1 : 0);
        if (!point.isSafe) {
            // As the client computes the lease's duration: longer than any refresh can take.
            assertThat(waited)
                    .as(toString())
                    .allSatisfy(time -> assertThat(time)
                            .isGreaterThanOrEqualTo(timeout.multipliedBy(5).dividedBy(2)));
        }
        try (StoreKind.Opened opened = kind.open(place);
                OAuthClient client = client(opened, timeout)) {
            if (!ends()) {
                ReadToken next = ReadToken.of(client.tokens(account, Brief.SCOPES)
                        .get(TokenOptions.NONE.forceRefresh())
                        .token());
                assertThat(next.whose()).as("the session is alive").isEqualTo(first.whose());
            } else {
                assertThat(client.accounts().revealRefreshToken(account))
                        .as("what is left in the store, " + this)
                        .isEmpty();
                if (point == Point.BEFORE_SENDING) {
                    ReadToken next = ReadToken.of(client.request(RefreshTokenGrant.of(firstRefreshToken))
                            .accessToken());
                    assertThat(next.whose())
                            .as("Keycloak's session is alive: nothing was sent")
                            .isEqualTo(first.whose());
                }
            }
        }
    }

    @Override
    public void close() {
        transport.close();
    }

    @Override
    public String toString() {
        return kind + " " + point + " " + (strict ? "strict" : "forgiving");
    }
}
