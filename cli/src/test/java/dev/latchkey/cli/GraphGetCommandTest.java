package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.platform.fault.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class GraphGetCommandTest {

    @TempDir
    private Path folder;

    private final Shell shell = new Shell().set("LATCHKEY_CLIENT_SECRET", "");
    private Contoso contoso;

    @BeforeEach
    void start() throws IOException {
        contoso = Contoso.overHttps(folder);
    }

    @AfterEach
    void nothingSecretWasSaid() {
        contoso.close();
        assertThat(shell.all()).doesNotContain("marker").doesNotContain("eyJ").doesNotContain("engine-1843");
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "apache"})
    void readsMeAsWhoSignsIn(String transport) {
        int status = shell.browser(contoso.ada()).run(get("/me", "--client-id", "app", "--transport", transport));

        assertThat(shell.err()).doesNotContain("latchkey:");
        assertThat(status).isZero();
        assertThat(shell.out()).startsWith("{" + "\n  \"").contains("\n  \"displayName\": \"Ada Lovelace\",\n");
    }

    @Test
    void readsAllPagesAsOneArray() throws Json.MalformedJsonException {
        int status = shell.set("LATCHKEY_CLIENT_SECRET", Contoso.SECRET)
                .run(get(
                        "users",
                        "--all",
                        "--select",
                        "id,displayName",
                        "--client-id",
                        "daemon",
                        "--client-credentials",
                        "--scope",
                        "https://graph.microsoft.com/.default"));

        assertThat(shell.err()).isEmpty();
        assertThat(status).isZero();
        List<?> people = (List<?>) Json.parse(shell.out());
        assertThat(people)
                .hasSize(7)
                .allSatisfy(each ->
                        assertThat(((Map<?, ?>) each).keySet().toString()).isEqualTo("[id, displayName]"));
        assertThat(contoso.platform().requests().to("/v1.0/users")).hasSize(3);
    }

    @Test
    void readsOnePageWithTheOptionsAsGiven() {
        shell.set("LATCHKEY_CLIENT_SECRET", Contoso.SECRET)
                .run(get(
                        "/users",
                        "--top",
                        "2",
                        "--filter",
                        "startswith(displayName,'Person')",
                        "--orderby",
                        "displayName",
                        "--client-id",
                        "daemon",
                        "--client-credentials",
                        "--scope",
                        "https://graph.microsoft.com/.default"));

        assertThat(shell.out()).contains("\"@odata.nextLink\"").contains("Person 001");
        assertThat(contoso.platform().requests().last("/v1.0/users").query().first("$top"))
                .contains("2");
    }

    @Test
    void anUnknownUserIsReportedWithTheRequestIds() {
        int status = shell.set("LATCHKEY_CLIENT_SECRET", Contoso.SECRET)
                .run(get(
                        "/users/nobody@contoso.example",
                        "--client-id",
                        "daemon",
                        "--client-credentials",
                        "--scope",
                        "https://graph.microsoft.com/.default"));

        assertThat(status).isEqualTo(ExitCode.REQUEST);
        assertThat(shell.out()).isEmpty();
        assertThat(shell.err())
                .contains("latchkey: request: GET at 127.0.0.1: 404 Request_ResourceNotFound")
                .contains("client-request-id")
                .doesNotContain("\tat ");
    }

    @Test
    void aMissingPermissionIsAConfigurationError() {
        int status = shell.browser(contoso.ada()).run(get("/users/nobody", "--client-id", "app"));

        assertThat(status).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(shell.err()).contains("latchkey: configuration: ").contains("403 Authorization_RequestDenied");
    }

    @Test
    void aThrottledRequestSaysWhenToTryAgain() {
        contoso.platform().faults().always("/v1.0/me", Fault.tooManyRequests(Duration.ofSeconds(90)));

        int status = shell.browser(contoso.ada()).run(get("/me", "--client-id", "app"));

        assertThat(status).isEqualTo(ExitCode.TEMPORARY);
        assertThat(shell.err()).contains("  try again in 1 min 30 s");
    }

    @Test
    void aSingleObjectHasNoPages() {
        int status = shell.browser(contoso.ada()).run(get("/me", "--all", "--client-id", "app"));

        assertThat(status).isEqualTo(ExitCode.INVALID_RESPONSE);
        assertThat(shell.err()).contains("leave out --all");
    }

    private String[] get(String path, String... more) {
        List<String> options = new ArrayList<>(
                List.of(path, "--graph-root", contoso.platform().baseUri().toString()));
        options.addAll(List.of(more));
        return contoso.openId("graph get", options.toArray(new String[0]));
    }
}
