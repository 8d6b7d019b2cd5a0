package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.platform.fault.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code latchkey login}, {@code token}, {@code accounts} and {@code logout}, one after the other in one home. */
@Timeout(120)
class SessionCommandsTest {

    private static final String TOKEN = "eyJ";

    @TempDir
    private Path folder;

    private Contoso contoso;
    private final List<Shell> shells = new ArrayList<>();

    @BeforeEach
    void start() throws IOException {
        contoso = Contoso.overHttps(folder);
    }

    @AfterEach
    void nothingSecretWasSaid() {
        contoso.close();
        assertThat(shells).allSatisfy(shell -> assertThat(shell.all()).doesNotContain("engine-1843"));
    }

    private Shell shell() {
        Shell shell = new Shell().set("HOME", folder.resolve("home").toString());
        shells.add(shell);
        return shell;
    }

    private Shell login(String... more) {
        Shell shell = shell().browser(contoso.ada());
        assertThat(shell.run(contoso.openId("login", with(List.of("--client-id", "app"), more))))
                .as(shell.err())
                .isZero();
        return shell;
    }

    private static String[] with(List<String> some, String... more) {
        return Stream.concat(some.stream(), Stream.of(more)).toArray(String[]::new);
    }

    private String kept() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("home"))) {
            StringBuilder all = new StringBuilder();
            for (Path each : files.filter(Files::isRegularFile).collect(Collectors.toList())) {
                all.append(Files.readString(each, StandardCharsets.ISO_8859_1));
            }
            return all.toString();
        }
    }

    @Test
    void keepsALoginForLaterCommands() throws IOException {
        Shell login = login();
        assertThat(login.out()).isEqualTo("Logged in as ada@contoso.example at " + contoso.issuer() + nl());

        Shell token = shell();
        assertThat(token.run("token")).as(token.err()).isZero();
        assertThat(token.out())
                .contains("scopes   openid profile offline_access")
                .contains("account  ada@contoso.example at " + contoso.issuer())
                .contains("profile  default")
                .doesNotContain(TOKEN);
        assertThat(token.err()).isEmpty();
        // The session's own token was still good: nothing but the sign-in has asked for one.
        assertThat(contoso.platform().requests().to("/token")).hasSize(1);
        assertThat(kept()).doesNotContain(TOKEN).doesNotContain("ada@contoso.example");
    }

    @Test
    void printsTheTokenAloneWithReveal() {
        login();

        Shell token = shell();
        assertThat(token.run("token", "--reveal")).isZero();
        assertThat(token.out()).matches("eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R");
        assertThat(token.err()).contains("profile  default").doesNotContain(TOKEN);
    }

    @Test
    void renewsTheTokenSilently() {
        login("--scope", "openid profile offline_access User.Read");
        Shell token = shell();

        assertThat(token.run("token", "--scope", "User.Read", "--json"))
                .as(token.err())
                .isZero();

        assertThat(contoso.platform().requests().last("/token").form().first("grant_type"))
                .contains("refresh_token");
        assertThat(token.out()).contains("\"profile\": \"default\"");
        assertThat(token.err()).isEmpty();
    }

    @Test
    void readsGraphWithALogin() {
        login("--scope", "openid profile offline_access User.Read");
        Shell graph = shell();

        int status = graph.run(
                "graph",
                "get",
                "/me",
                "--graph-root",
                contoso.platform().baseUri().toString());

        assertThat(status).as(graph.err()).isZero();
        assertThat(graph.out()).contains("Ada Lovelace");
    }

    @Test
    void logsInOnAnotherDevice() {
        Shell shell = shell();
        boolean[] done = {false};
        shell.whenTold(told -> {
            if (!done[0] && told.contains("enter the code")) {
                done[0] = true;
                String code = contoso.platform().devices().latestUserCode().orElseThrow();
                contoso.platform().devices().approve(code, "ada@contoso.example");
            }
        });

        assertThat(shell.run(contoso.openId("login", "--client-id", "app", "--device")))
                .as(shell.err())
                .isZero();
        assertThat(shell().run("token")).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"User.Read", ""})
    void keepsALoginAtAServerWithoutOpenId(String scope) {
        Shell login = shell().browser(contoso.ada());
        List<String> server = List.of("--oauth-issuer", contoso.issuer());

        assertThat(login.run(
                        contoso.options("login", server, "--client-id", "app", "--scope", scope, "--username", "ada")))
                .as(login.err())
                .isZero();

        assertThat(login.out()).startsWith("Logged in as ada at ");
        Shell token = shell();
        assertThat(token.run("token")).as(token.err()).isZero();
        assertThat(token.out()).contains("account  ada at " + contoso.issuer());
    }

    @Test
    void namesSeveralLogins() {
        login();
        login("--profile", "work", "--scope", "openid profile User.Read");

        Shell accounts = shell();
        assertThat(accounts.run("accounts")).isZero();
        assertThat(accounts.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).matches("PROFILE +ACCOUNT +SINCE +SERVER"),
                        line -> assertThat(line)
                                .matches("default  ada@contoso.example  20[-0-9T:]+Z  " + contoso.issuer()),
                        line -> assertThat(line).startsWith("work     ada@contoso.example  "));
        Shell work = shell();
        assertThat(work.run("token", "--profile", "work")).isZero();
        assertThat(work.out()).contains("scopes   openid profile User.Read").contains("profile  work");
        Shell byVariable = shell().set("LATCHKEY_PROFILE", "work");
        assertThat(byVariable.run("token")).isZero();
        assertThat(byVariable.out()).contains("profile  work");
        Shell json = shell();
        assertThat(json.run("accounts", "--json")).isZero();
        assertThat(json.out()).contains("\"profile\": \"work\"").contains("\"scope\": \"openid profile User.Read\"");
    }

    @Test
    void renewsALoginWithoutNamingItsServerAgain() {
        login("--profile", "work", "--scope", "openid profile User.Read");

        Shell again = shell().browser(contoso.ada());
        assertThat(again.run("login", "--profile", "work")).as(again.err()).isZero();

        assertThat(again.out()).contains("Logged in as ada@contoso.example").contains("profile work");
        assertThat(contoso.platform().requests().last("/authorize").query().first("scope"))
                .contains("openid profile User.Read");
    }

    @Test
    void revokesTheTokenWhenSomebodyLogsOut() {
        login();
        Shell logout = shell();

        assertThat(logout.run("logout")).as(logout.err()).isZero();

        assertThat(logout.out())
                .isEqualTo("default: ada@contoso.example is logged out; the token was revoked at 127.0.0.1" + nl());
        assertThat(contoso.platform().requests().last("/revoke").form().first("token_type_hint"))
                .contains("refresh_token");
        assertThat(shell().run("token")).isEqualTo(ExitCode.SIGN_IN);
        Shell accounts = shell();
        assertThat(accounts.run("accounts")).isZero();
        assertThat(accounts.out()).isEmpty();
        assertThat(accounts.err()).contains("Nobody is logged in. Run: latchkey login");
    }

    @Test
    void saysThatTheTokenCouldNotBeRevoked() {
        login();
        contoso.platform().faults().always("/revoke", Fault.serverError(503));
        Shell logout = shell();

        assertThat(logout.run("logout")).isEqualTo(ExitCode.TEMPORARY);

        assertThat(logout.out()).contains("is logged out; the token could not be revoked and may still be good: ");
        assertThat(shell().run("token")).isEqualTo(ExitCode.SIGN_IN);
    }

    @Test
    void tellsNoServerWithLocal() {
        login();
        login("--profile", "work");
        contoso.platform().requests().clear();
        Shell logout = shell();

        assertThat(logout.run("logout", "--all", "--local")).as(logout.err()).isZero();

        assertThat(logout.out().lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("no server was told"));
        assertThat(contoso.platform().requests().to("/revoke")).isEmpty();
    }

    @Test
    void saysWhichCommandToRunWithoutALogin() {
        Shell nothing = shell();
        assertThat(nothing.run("token")).isEqualTo(ExitCode.SIGN_IN);
        assertThat(nothing.err())
                .contains("latchkey: sign-in needed: There is no login default. Run: latchkey login, with --issuer");
        assertThat(nothing.out()).isEmpty();
        assertThat(folder.resolve("home")).doesNotExist();

        login("--profile", "work");
        for (String command : new String[] {"token", "logout"}) {
            Shell other = shell();
            assertThat(other.run(command, "--profile", "wrok")).isEqualTo(ExitCode.SIGN_IN);
            assertThat(other.err())
                    .contains("There is no login wrok; there is work. Run: latchkey login --profile wrok");
        }
    }

    @Test
    void saysWhichCommandToRunWhenTheSessionHasEnded() {
        login("--profile", "work");
        contoso.platform().faults().always("/token", Fault.error(400, "invalid_grant", "The session has ended"));
        Shell token = shell();

        assertThat(token.run("token", "--profile", "work", "--scope", "openid profile User.Read"))
                .isEqualTo(ExitCode.SIGN_IN);

        assertThat(token.err())
                .contains("latchkey: sign-in needed: ")
                .contains(". Run: latchkey login --profile work")
                .contains("  server: 127.0.0.1 said invalid_grant");
    }

    @Test
    void saysWhichCommandToRunWhenTheLoginWasNotGrantedThat() {
        login();
        Shell token = shell();

        assertThat(token.run("token", "--scope", "openid User.Read")).isEqualTo(ExitCode.SIGN_IN);

        assertThat(token.err())
                .contains("This login was granted openid profile offline_access, and not all of openid User.Read."
                        + " Run: latchkey login --scope \"openid User.Read\"");
    }

    @Test
    void refusesToTakeOneLoginForAnother() throws IOException {
        login();
        try (Contoso other = Contoso.overHttps(folder)) {
            Shell shell = shell().browser(other.ada());

            assertThat(shell.run(other.openId("login", "--client-id", "app"))).isEqualTo(ExitCode.CONFIGURATION);

            assertThat(shell.err()).contains("run latchkey logout first, or choose another --profile");
            assertThat(other.platform().requests().all()).isEmpty();
        }
    }

    @Test
    void keepsNothingThatOthersCouldRead() throws IOException {
        login();

        try (Stream<Path> all = Files.walk(folder.resolve("home"))) {
            assertThat(all.filter(each -> !each.equals(folder.resolve("home"))).collect(Collectors.toList()))
                    .isNotEmpty()
                    .allSatisfy(each -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
                            .endsWith("------"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "login",
                "login --client-id app",
                "login --issuer https://a.example",
                "login --issuer https://a.example --client-id app --client-credentials",
                "token --client-id app",
                "token --device",
                "token --profile work --issuer https://a.example --client-id app",
                "logout --all --profile work",
                "accounts --profile work",
            })
    void saysWhatIsWrongWithTheArguments(String arguments) {
        Shell shell = shell();

        assertThat(shell.run(arguments.split(" "))).as(shell.err()).isEqualTo(ExitCode.USAGE);

        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).startsWith("latchkey: ").contains("--help");
        assertThat(folder.resolve("home")).doesNotExist();
    }

    private static String nl() {
        return System.lineSeparator();
    }
}
