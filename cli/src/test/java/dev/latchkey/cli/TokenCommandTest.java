package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.platform.directory.Tenant;
import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.platform.fault.Fault;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class TokenCommandTest {

    /** How every signed token of the platform begins. */
    private static final String TOKEN = "eyJ";

    @TempDir
    private Path folder;

    private final Shell shell = new Shell();
    private Contoso contoso;

    @BeforeEach
    void start() throws IOException {
        contoso = Contoso.overHttps(folder);
    }

    @AfterEach
    void nothingSecretWasSaid() {
        contoso.close();
        assertThat(shell.all()).doesNotContain("marker").doesNotContain("engine-1843");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "apache"})
    void describesATokenFromTheBrowser(String transport) {
        int status = shell.browser(contoso.ada())
                .run(contoso.openId("token", "--client-id", "app", "--transport", transport));

        assertThat(shell.err())
                .isEqualTo("Go on in the browser, where the sign-in page has been opened." + System.lineSeparator());
        assertThat(status).isZero();
        assertThat(shell.out().lines())
                .satisfiesExactly(
                        line -> assertThat(line).isEqualTo("type     Bearer"),
                        line -> assertThat(line).matches("expires  20.*Z \\(in (59 min .*|1 h)\\)"),
                        line -> assertThat(line).isEqualTo("scopes   openid profile"),
                        line -> assertThat(line).isEqualTo("account  ada@contoso.example at " + contoso.issuer()),
                        line -> assertThat(line).isEqualTo("refresh  no refresh token"));
        assertThat(shell.all()).doesNotContain(TOKEN);
    }

    @Test
    void revealsTheTokenAloneOnStandardOutput() {
        int status = shell.browser(contoso.ada()).run(contoso.openId("token", "--client-id", "app", "--reveal"));

        assertThat(status).isZero();
        assertThat(shell.out()).matches("eyJ[\\w-]+\\.[\\w-]+\\.[\\w-]+\\R");
        assertThat(shell.err()).contains("type     Bearer").doesNotContain(TOKEN);
    }

    @Test
    void describesATokenAsJson() throws Json.MalformedJsonException {
        shell.browser(contoso.ada()).run(contoso.openId("token", "--client-id", "app", "--json"));

        assertThat(shell.all()).doesNotContain(TOKEN);
        assertThat(Json.parse(shell.out()).toString())
                .contains("token_type=Bearer", "scopes=[openid, profile]", "username=ada@contoso.example")
                .contains("refreshable=false", "issuer=" + contoso.issuer());
    }

    @Test
    void addsARevealedTokenToTheJson() throws Json.MalformedJsonException {
        shell.browser(contoso.ada()).run(contoso.openId("token", "--client-id", "app", "--json", "--reveal"));

        assertThat(Json.parse(shell.out()).toString()).contains("access_token=eyJ");
        assertThat(shell.err()).doesNotContain(TOKEN);
    }

    @Test
    void showsTheAddressWithoutABrowser() {
        int status = shell.whenTold(oncePerRun(said -> {
                    String page = said.lines()
                            .filter(line -> line.startsWith("  https://"))
                            .findFirst()
                            .map(String::trim)
                            .orElse("");
                    if (page.isEmpty()) {
                        return false;
                    }
                    open(page);
                    return true;
                }))
                .run(contoso.openId("token", "--client-id", "app", "--no-browser", "--login-hint", "ada"));

        assertThat(status).isZero();
        assertThat(shell.err()).contains("Open this address in a browser on this machine");
        assertThat(contoso.platform().requests().to("/authorize").get(0).query().first("login_hint"))
                .contains("ada");
    }

    @Test
    void signsInOnAnotherDevice() {
        int status = shell.whenTold(oncePerRun(said -> {
                    if (!said.contains("enter the code")) {
                        return false;
                    }
                    String code = contoso.platform().devices().latestUserCode().orElseThrow();
                    assertThat(said).contains(contoso.issuer() + "/device").contains(code);
                    contoso.platform().devices().approve(code, "ada@contoso.example");
                    return true;
                }))
                .run(contoso.openId("token", "--client-id", "app", "--device", "--scope", "openid User.Read"));

        assertThat(status).isZero();
        assertThat(shell.out()).contains("scopes   openid User.Read").doesNotContain(TOKEN);
    }

    @Test
    void authenticatesTheApplicationWithASecretFromTheEnvironment() {
        int status = shell.set("LATCHKEY_CLIENT_SECRET", Contoso.SECRET).run(daemon());

        assertThat(status).isZero();
        assertThat(shell.out()).contains("account  the application itself").doesNotContain(TOKEN);
        String basic =
                Base64.getEncoder().encodeToString(("daemon:" + Contoso.SECRET).getBytes(StandardCharsets.UTF_8));
        assertThat(lastTokenRequest().header("Authorization")).contains("Basic " + basic);
    }

    @Test
    void authenticatesTheApplicationWithASecretFromAFile() throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), Contoso.SECRET + "\n");

        int status = shell.run(daemon("--client-secret-file", file.toString(), "--auth", "post"));

        assertThat(status).isZero();
        assertThat(lastTokenRequest().form().first("client_secret")).contains(Contoso.SECRET);
        assertThat(lastTokenRequest().header("Authorization")).isEmpty();
    }

    @Test
    void asksForTheSecretWhenNothingHasIt() {
        int status = shell.typing(Contoso.SECRET).run(daemon());

        assertThat(shell.prompts()).isEqualTo("Client secret (not shown): ");
        assertThat(status).isZero();
    }

    @Test
    void saysWhereTheSecretGoesWhenNobodyCanBeAsked() {
        int status = shell.run(daemon());

        assertThat(status).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(shell.err())
                .contains("LATCHKEY_CLIENT_SECRET: is not set, --client-secret-file is not given, and there is no");
    }

    @Test
    void discouragesThePasswordAloud() {
        int status = shell.set("LATCHKEY_PASSWORD", "engine-1843")
                .run(contoso.openId("token", "--client-id", "app", "--password", "--username", "ada@contoso.example"));

        assertThat(status).isZero();
        assertThat(shell.err()).startsWith("warning: --password hands the user's password to this program");
        assertThat(shell.out()).contains("account  ada@contoso.example");
    }

    @Test
    void speaksToEntra() {
        Tenant tenant = contoso.platform().tenant();
        List<String> entra = List.of(
                "--entra",
                tenant.id(),
                "--entra-login",
                contoso.platform().baseUri().toString());

        int status = shell.browser(contoso.ada()).run(contoso.options("token", entra, "--client-id", "app"));

        assertThat(shell.err()).doesNotContain("latchkey:");
        assertThat(status).isZero();
        assertThat(shell.out())
                .contains("account  ada@contoso.example")
                .contains("refresh  a refresh token came along");
        assertThat(lastTokenRequest().path()).isEqualTo("/" + tenant.id() + "/oauth2/v2.0/token");
        assertThat(lastTokenRequest().form().first("redirect_uri"))
                .hasValueSatisfying(uri -> assertThat(uri).startsWith("http://localhost:"));
    }

    @Test
    void speaksToAnOAuthServerWithoutOpenId() {
        List<String> oauth = List.of("--oauth-issuer", contoso.issuer());

        int status = shell.browser(contoso.ada())
                .run(contoso.options("token", oauth, "--client-id", "app", "--scope", "User.Read"));

        assertThat(shell.err()).doesNotContain("latchkey:");
        assertThat(status).isZero();
        assertThat(contoso.platform().requests().to("/.well-known/oauth-authorization-server"))
                .hasSize(1);
    }

    @Test
    void speaksHttpOnLoopbackOnlyWhenTold() throws IOException {
        try (Contoso plain = Contoso.overHttp(folder)) {
            shell.set("LATCHKEY_CLIENT_SECRET", Contoso.SECRET);
            List<String> options = new ArrayList<>(
                    List.of("token", "--issuer", plain.issuer(), "--client-id", "daemon", "--client-credentials"));
            assertThat(shell.run(options.toArray(new String[0]))).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(plain.platform().requests().all()).isEmpty();

            options.addAll(List.of("--dangerously-allow-http", "--scope", "https://graph.microsoft.com/.default"));
            assertThat(shell.run(options.toArray(new String[0]))).isZero();
        }
    }

    @Test
    void aWrongSecretIsAConfigurationError() {
        int status = shell.set("LATCHKEY_CLIENT_SECRET", Contoso.WRONG_SECRET).run(daemon());

        assertThat(status).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err())
                .startsWith("latchkey: configuration: ")
                .contains("  server: 127.0.0.1 said invalid_client, status 401")
                .doesNotContain("\tat ");
    }

    @Test
    void showsStackTracesOnlyWhenVerbose() {
        int status = shell.set("LATCHKEY_CLIENT_SECRET", Contoso.WRONG_SECRET).run(daemon("--verbose"));

        assertThat(status).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(shell.err()).contains("\tat dev.latchkey.");
    }

    @Test
    void decliningIsDenied() {
        int status = shell.browser(contoso.declining()).run(contoso.openId("token", "--client-id", "app"));

        assertThat(status).isEqualTo(ExitCode.DENIED);
        assertThat(shell.err()).contains("latchkey: denied: ").contains("access_denied");
    }

    @Test
    void givesUpWaitingForTheBrowser() {
        int status = shell.browser(page -> {}).run(contoso.openId("token", "--client-id", "app", "--patience", "0"));

        assertThat(status).isEqualTo(ExitCode.SIGN_IN);
        assertThat(shell.err()).contains("latchkey: sign-in needed: Nobody finished signing in");
    }

    @Test
    void listensAtThePortOfTheRedirectUri() {
        int taken = contoso.platform().baseUri().getPort();

        int status = shell.browser(contoso.ada())
                .run(contoso.openId(
                        "token", "--client-id", "app", "--redirect-uri", "http://127.0.0.1:" + taken + "/callback"));

        assertThat(status).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(shell.err()).contains("port: " + taken + " cannot be listened on");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://127.0.0.1/callback", "http://evil.example/", "http://127.0.0.1/?a=b"})
    void listensOnThisMachineOnly(String redirectUri) {
        int status = shell.browser(contoso.ada())
                .run(contoso.openId("token", "--client-id", "app", "--redirect-uri", redirectUri));

        assertThat(status).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(shell.err()).contains("--redirect-uri: must be http://127.0.0.1");
    }

    @Test
    void anUnavailableServerIsTemporary() {
        contoso.platform().faults().always("/token", Fault.serverError(503));

        int status = shell.set("LATCHKEY_CLIENT_SECRET", Contoso.SECRET).run(daemon());

        assertThat(status).isEqualTo(ExitCode.TEMPORARY);
        assertThat(shell.err()).startsWith("latchkey: failed for now: ");
    }

    @Test
    void anAnswerThatIsNoJsonIsInvalid() {
        contoso.platform().faults().always("/token", Fault.malformedJson());

        int status = shell.set("LATCHKEY_CLIENT_SECRET", Contoso.SECRET).run(daemon());

        assertThat(status).isEqualTo(ExitCode.INVALID_RESPONSE);
        assertThat(shell.err()).startsWith("latchkey: invalid answer: ");
    }

    @Test
    void aServerThatIsNotTrustedGetsNothing() {
        int status = shell.set("LATCHKEY_CLIENT_SECRET", Contoso.SECRET)
                .run("token", "--issuer", contoso.issuer(), "--client-id", "daemon", "--client-credentials");

        assertThat(status).isNotZero();
        assertThat(contoso.platform().requests().all()).isEmpty();
    }

    @Test
    void aMissingCertificateFileIsAConfigurationError() {
        int status = shell.run(
                "token",
                "--issuer",
                contoso.issuer(),
                "--client-id",
                "app",
                "--ca",
                folder.resolve("no.pem").toString());

        assertThat(status).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(shell.err()).contains("--ca: ").contains("no.pem cannot be read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "token --client-id app",
                "token --issuer https://a.example",
                "token --issuer https://a.example --entra b.example --client-id app",
                "token --issuer https://a.example --client-id app --device --client-credentials",
                "token --issuer https://a.example --client-id app --transport carrier-pigeon",
                "token --issuer https://a.example --client-id app --timeout soon",
                "token --issuer https://a.example --client-id app --password marker-password",
                "token --issuer https://a.example --client-id app --client-secret=marker-secret",
                "token --issuer https://a.example --client-id app --client-secret marker-secret",
                "",
                "graph",
                "nonsense",
            })
    void wrongArgumentsAreAUsageErrorThatRepeatsNoSecret(String arguments) {
        int status = shell.run(arguments.isEmpty() ? new String[0] : arguments.split(" "));

        assertThat(status).isEqualTo(ExitCode.USAGE);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err()).startsWith("latchkey: ").contains("--help").doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokn", "graph fetch", "marker-secret"})
    void aCommandThatIsNoneIsAnsweredWithThoseThatThereAre(String arguments) {
        assertThat(shell.run(arguments.split(" "))).isEqualTo(ExitCode.USAGE);

        assertThat(shell.err())
                .startsWith("latchkey: There is no such command. Commands: ")
                .contains(arguments.startsWith("graph") ? "get" : "token")
                .doesNotContain("--password", "marker-secret", "tokn");
    }

    @Test
    void helpGoesToStandardOutputAndListsTheStatuses() {
        assertThat(shell.run("token", "--help")).isZero();
        assertThat(shell.out()).contains("Usage: latchkey token").contains("  5     configuration");
        assertThat(shell.err()).isEmpty();
    }

    @Test
    void endsQuietlyWhenNobodyReadsTheOutput() {
        PrintWriter closed = new PrintWriter(new Writer() {
            @Override
            public void write(char[] text, int offset, int length) throws IOException {
                throw new IOException("Broken pipe");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        shell.set("LATCHKEY_CLIENT_SECRET", Contoso.SECRET);

        assertThat(shell.run(closed, daemon())).isEqualTo(ExitCode.OUTPUT_CLOSED);
        assertThat(shell.err()).isEmpty();
    }

    private String[] daemon(String... more) {
        List<String> options = new ArrayList<>(List.of(
                "--client-id", "daemon", "--client-credentials", "--scope", "https://graph.microsoft.com/.default"));
        options.addAll(List.of(more));
        return contoso.openId("token", options.toArray(new String[0]));
    }

    private ReceivedRequest lastTokenRequest() {
        return contoso.platform().requests().last("/token");
    }

    private void open(String page) {
        try {
            contoso.ada().open(URI.create(page));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Consumer<String> oncePerRun(Predicate<String> action) {
        AtomicBoolean done = new AtomicBoolean();
        return said -> {
            if (!done.get() && action.test(said)) {
                done.set(true);
            }
        };
    }
}
