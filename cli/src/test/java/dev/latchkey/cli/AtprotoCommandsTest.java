package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.token.Scopes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
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
                "login --handle-service https://pds.example",
                "login --dns 127.0.0.1:53",
                "login --issuer https://a.example --client-id app --plc-directory https://plc.example",
                "atproto",
                "atproto get",
                "atproto get com.atproto.server.getSession limit",
                "atproto get com.atproto.server.getSession =10",
                "atproto get com.atproto.server.getSession --through did:web:api.bsky.chat",
                "atproto get com.atproto.server.getSession --through #bsky_chat",
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

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:2583",
                "alice.test",
                "did:plc:ewvi7nxzyoun6zhxrhs64oiz --plc-directory http://localhost:2582",
                "alice.bsky.social --handle-service http://127.0.0.1:2583",
            })
    void namesTheSwitchForAServerOfOnesOwn(String who) {
        Shell shell = shell();

        assertThat(shell.run(("login --atproto " + who).split(" "))).isEqualTo(ExitCode.CONFIGURATION);

        assertThat(shell.err()).contains("; for tests on this machine there is --dangerously-allow-http");
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

    @ParameterizedTest
    @ValueSource(strings = {"nohandle", "alice.example", "ftp://pds.example.com", "did:key:z6Mk"})
    void aTypingErrorLeavesNothingBehind(String who) {
        Shell shell = shell();

        assertThat(shell.run("login", "--atproto", who)).as(shell.err()).isEqualTo(ExitCode.CONFIGURATION);

        assertThat(shell.err()).doesNotContain("Made a key");
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "localhost:53", "127.0.0.1:0", "127.0.0.1:65536", "1.2.3.4.5:53", "999.1.1.1:53"})
    void aNameServerIsAnAddressAndAPort(String dns) {
        Shell shell = shell();

        assertThat(shell.run("login", "--atproto", "alice.bsky.social", "--dns", dns))
                .isEqualTo(ExitCode.CONFIGURATION);

        assertThat(shell.err()).contains("--dns: must be an address and a port, such as 127.0.0.1:53");
    }

    @ParameterizedTest
    @ValueSource(strings = {"--plc-directory", "--handle-service"})
    void aPasswordInAnAddressIsNotPrinted(String option) {
        Shell shell = shell();

        assertThat(shell.run("login", "--atproto", "alice.bsky.social", option, "https://me:s3cret@plc.example.com"))
                .isEqualTo(ExitCode.CONFIGURATION);

        assertThat(shell.err()).contains("plc.example.com").doesNotContain("s3cret");
    }

    @Test
    void warnsOfWhateverSaysWhoIsWho() {
        Shell shell = shell();

        assertThat(shell.run(
                        "login",
                        "--atproto",
                        "nohandle",
                        "--plc-directory",
                        "http://localhost:2582",
                        "--handle-service",
                        "http://localhost:2583",
                        "--dns",
                        "127.0.0.1:5353",
                        "--dangerously-allow-http"))
                .isEqualTo(ExitCode.CONFIGURATION);

        assertThat(shell.err())
                .contains("warning: --plc-directory lets localhost:2582 say who is who")
                .contains("warning: --handle-service lets localhost:2583 say whose a handle is")
                .contains("warning: --dns lets 127.0.0.1:5353 say whose a handle is")
                .contains("warning: --dangerously-allow-http lets servers of the AT Protocol be on this machine");
    }

    @Test
    void wasToldWhereHandlesAreFoundAndStillKnows() {
        AtprotoOptions given = new AtprotoOptions();
        given.handleService = URI.create("http://localhost:2583");
        given.dns = "[::1]:5353";
        Map<String, String> kept = new TreeMap<>();
        given.keep(kept, DID);

        AtprotoOptions restored = new AtprotoOptions();
        restored.restore(kept);

        assertThat(restored.who).isEqualTo(DID);
        assertThat(restored.handleService).isEqualTo(given.handleService);
        assertThat(restored.nameServer()).hasValueSatisfying(address -> {
            assertThat(address.getPort()).isEqualTo(5353);
            assertThat(address.getAddress().isLoopbackAddress()).isTrue();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"login", "atproto get"})
    void itsExamplesAreNamesThatHandlesMayHave(String command) {
        Shell shell = shell();

        assertThat(shell.run((command + " --help").split(" "))).isZero();

        assertThat(Pattern.compile("(?:--atproto|repo=|actors=) ?([a-z][a-z.]+)")
                        .matcher(shell.out())
                        .results()
                        .map(found -> found.group(1))
                        .filter(name -> name.indexOf('.') > 0))
                .isNotEmpty()
                .allMatch(name -> name.endsWith(".bsky.social"));
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
