package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.atproto.Permission;
import dev.latchkey.auth.atproto.Xrpc;
import dev.latchkey.auth.atproto.XrpcException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.it.Transport;
import dev.latchkey.it.atproto.lab.Seen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Accounts that are no more, and permissions as the reference server reads them. */
@ParameterizedClass
@EnumSource(Transport.class)
final class AccountsAndPermissionsTest {

    private static final String UPLOAD = "com.atproto.repo.uploadBlob";

    private final World world = new World();
    private final Transport kind;

    AccountsAndPermissionsTest(Transport kind) {
        this.kind = kind;
        world.lab.host("app.test");
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void theSessionOfADeletedAccountEndsAndIsToldOnce() {
        Visitor visitor = Visitor.confidential(world, kind);
        Account account = visitor.signIn("alice.test").account();
        TokenSource tokens = visitor.client().tokens(account);
        world.lab.delete(world.alice);

        for (int i = 0; i < 3; i++) {
            assertThat(catchThrowableOfType(OAuthException.class, () -> tokens.get(TokenOptions.NONE.forceRefresh())))
                    .isInstanceOf(SignInRequiredException.class);
        }

        assertThat(visitor.ended).containsExactly(account);
        assertThat(visitor.client().accounts()).isEmpty();
        assertThat(world.server.refreshes()).isZero();
        assertThat(world.lab.log().to("as.test", "/oauth/revoke"))
                .extracting(Seen::note)
                .contains("revoked");
        assertThat(world.server.sessions()).isEmpty();
        assertThat(world.lab.log().violations()).isEmpty();
    }

    /** Its server turns the token away; the refresh that follows is not sent. */
    @Test
    void aCallFindsOutThatTheAccountIsNoMore() {
        Visitor visitor = Visitor.confidential(world, kind);
        Account account = visitor.signIn("alice.test").account();
        Xrpc calls = visitor.client().calls(account);
        world.lab.delete(world.alice);

        assertThat(catchThrowableOfType(
                        RuntimeException.class, () -> calls.query("com.atproto.server.getSession", Parameters.NONE)))
                .isInstanceOfAny(SignInRequiredException.class, XrpcException.class);

        assertThat(visitor.ended).containsExactly(account);
        assertThat(visitor.client().accounts()).isEmpty();
        assertThat(world.lab.log().violations()).isEmpty();
    }

    /** Whoever has lost a document does not say that the account is no more. */
    @Test
    void aDirectoryThatKnowsNothingEndsNoSession() {
        Visitor visitor = Visitor.confidential(world, kind);
        Account account = visitor.signIn("alice.test").account();
        TokenSource tokens = visitor.client().tokens(account);
        world.lab.directory().loses(world.alice);

        assertThat(catchThrowableOfType(OAuthException.class, () -> tokens.get(TokenOptions.NONE.forceRefresh())))
                .isInstanceOf(TemporaryFailureException.class);

        assertThat(visitor.ended).isEmpty();
        assertThat(world.server.refreshes()).isZero();
        world.lab.directory().move(world.alice, world.pds);
        tokens.get(TokenOptions.NONE.forceRefresh());
        assertThat(world.server.refreshes()).isEqualTo(1);
        assertThat(world.lab.log().violations()).isEmpty();
    }

    @Test
    void permissionsAreUnderstoodAsTheyArePrinted() throws IOException {
        Visitor visitor = Visitor.asking(
                world,
                kind,
                Permission.scopes(
                        Permission.blob("image/png", "image/svg+xml"),
                        Permission.blob("text/x+y"),
                        Permission.repo("app.example.post", "create", "delete"),
                        Permission.rpc("app.example.search", "did:web:api.example.com#feed"),
                        Permission.account("email", "read"),
                        Permission.identity("handle"),
                        Permission.include("app.example.auth", "did:web:api.example.com#feed")));
        Xrpc calls = visitor.client().calls(visitor.signIn("alice.test").account());

        for (String type : new String[] {"image/svg+xml", "image/png", "text/x+y"}) {
            assertThat(calls.procedure(UPLOAD, type, "x".getBytes(StandardCharsets.UTF_8))
                            .status())
                    .isEqualTo(200);
        }
        assertThat(world.lab.log().violations()).isEmpty();
    }
}
