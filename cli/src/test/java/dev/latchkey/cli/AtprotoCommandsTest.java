package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.token.Scopes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code latchkey login --atproto} and {@code latchkey atproto get}, as far as no server is asked; the integration tests have them
 * at a real one.
 */
@Timeout(120)
class AtprotoCommandsTest {

    private static final String DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
    private static final Account ALICE =
            Account.of("https://as.example", DID).withSession("default").withUsername("alice.example");

    @TempDir
    private Path folder;

    private Shell shell() {
        return new Shell().set("HOME", folder.resolve("home").toString());
    }

    /** A login as it is kept, whose session has ended meanwhile. */
    private Shell loggedIn() {
        Shell shell = shell();
        Terminal terminal = shell.terminal();
        Logins logins = Logins.openOrCreate(terminal, Places.of(terminal, Optional.empty()), new KeyOptions.Choice());
        logins.save(new Login(
                "default",
                ALICE,
                Instant.parse("2026-01-01T00:00:00Z"),
                Map.of("atproto", DID, "scope", "atproto transition:generic", "client-id", "http://localhost?...")));
        return shell();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "login --atproto alice.example --issuer https://a.example",
                "login --atproto alice.example --entra contoso.example",
                "login --atproto alice.example --client-id app",
                "login --atproto alice.example --auth post",
                "login --atproto alice.example --device",
                "login --atproto alice.example --password",
                "login --atproto alice.example --client-credentials",
                "login --atproto alice.example --login-hint alice.example",
                "login --atproto alice.example --redirect-uri http://127.0.0.1/other",
                "login --plc-directory https://plc.example",
                "login --issuer https://a.example --client-id app --plc-directory https://plc.example",
                "atproto",
                "atproto get",
                "atproto get com.atproto.server.getSession limit",
                "atproto get com.atproto.server.getSession =10",
                "token --atproto alice.example",
            })
    void saysWhatIsWrongWithTheArguments(String arguments) {
        Shell shell = shell();

        assertThat(shell.run(arguments.split(" "))).as(shell.err()).isEqualTo(ExitCode.USAGE);

        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).startsWith("latchkey: ").contains("--help");
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void saysWhichCommandToRunWithoutALogin() {
        Shell shell = shell();

        assertThat(shell.run("atproto", "get", "com.atproto.server.getSession")).isEqualTo(ExitCode.SIGN_IN);

        assertThat(shell.err())
                .contains("There is no login default. Run: latchkey login")
                .contains("--atproto");
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:2583", "http://localhost:2583", "http://pds.example"})
    void takesNoServerWithoutTlsUnlessItIsAllowed(String server) {
        Shell shell = shell();

        assertThat(shell.run("login", "--atproto", server)).isEqualTo(ExitCode.CONFIGURATION);

        assertThat(shell.err()).contains("server: must be an https address of a host alone");
        assertThat(shell.out()).isEmpty();
    }

    @Test
    void refusesScopesWithoutTheOneThatAllHave() {
        Shell shell = shell();

        assertThat(shell.run("login", "--atproto", "alice.example", "--scope", "transition:generic"))
                .isEqualTo(ExitCode.CONFIGURATION);

        assertThat(shell.err()).contains("scope: must contain atproto");
    }

    @ParameterizedTest
    @CsvSource({
        "atproto transition:generic, atproto transition:generic, false",
        "atproto, atproto transition:generic, true",
        "atproto repo:a.b.c?action=create&action=delete, atproto repo:a.b.c?action=delete&action=create, false",
        "atproto repo:*, atproto repo:a.b.c?action=create, false",
        "atproto repo:a.b.c?action=create, atproto repo:a.b.c, true",
        "atproto blob:image/*, atproto blob:image/png, false",
        "atproto account:email, atproto account:email?action=read, false",
        "atproto account:email, atproto account:email?action=manage, true",
        "atproto repo:a.b.c, atproto include:a.b.set, false",
        "atproto repo:a.b.c space:new, atproto repo:a.b.c, false",
        "atproto repo:a.b.c, atproto include:a.b.set identity:handle, true"
    })
    void comparesWhatWasGrantedByWhatItMeans(String granted, String asked, boolean less) {
        assertThat(AtprotoLogin.isLess(Scopes.parse(granted), Scopes.parse(asked)))
                .isEqualTo(less);
    }

    @Test
    void listsItWithTheOthers() {
        Shell accounts = loggedIn();

        assertThat(accounts.run("accounts")).isZero();

        assertThat(accounts.out().lines())
                .last()
                .isEqualTo("default  alice.example  2026-01-01T00:00:00Z  https://as.example");
        Shell json = shell();
        assertThat(json.run("accounts", "--json")).isZero();
        assertThat(json.out()).contains("\"subject\": \"" + DID + "\"").contains("\"username\": \"alice.example\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"token", "graph get /me"})
    void givesNoTokenThatIsOfNoUse(String command) {
        Shell shell = loggedIn();

        assertThat(shell.run(command.split(" "))).isEqualTo(ExitCode.CONFIGURATION);

        assertThat(shell.err())
                .contains("default is alice.example at https://as.example, an account of the AT Protocol");
        assertThat(shell.out()).isEmpty();
    }

    @Test
    void forgetsItHereAlone() {
        Shell logout = loggedIn();

        assertThat(logout.run("logout", "--local")).as(logout.err()).isZero();

        assertThat(logout.out())
                .isEqualTo("default: alice.example is logged out; no server was told" + System.lineSeparator());
        assertThat(shell().run("logout")).isEqualTo(ExitCode.SIGN_IN);
    }

    @Test
    void takesOneKindOfLoginForNoOther() throws IOException {
        try (Contoso contoso = Contoso.overHttps(folder)) {
            Shell login = shell().browser(contoso.ada());
            assertThat(login.run(contoso.openId("login", "--client-id", "app")))
                    .as(login.err())
                    .isZero();

            Shell get = shell();
            assertThat(get.run("atproto", "get", "com.atproto.server.getSession"))
                    .isEqualTo(ExitCode.CONFIGURATION);
            assertThat(get.err()).contains("which is no account of the AT Protocol");
            Shell other = shell();
            assertThat(other.run("login", "--atproto", "alice.example")).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(other.err()).contains("run latchkey logout first, or choose another --profile");
        }
        Shell other = loggedIn();
        assertThat(other.run("login", "--issuer", "https://a.example", "--client-id", "app"))
                .isEqualTo(ExitCode.CONFIGURATION);
        assertThat(other.err()).contains("default is alice.example at https://as.example");
    }
}
