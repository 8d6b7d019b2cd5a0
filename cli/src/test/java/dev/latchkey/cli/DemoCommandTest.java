package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.platform.ScriptedBrowser;
import java.io.IOException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(120)
class DemoCommandTest {

    private static final List<String> STEPS = List.of(
            "discovery",
            "authorize",
            "callback",
            "token",
            "GET /me",
            "cache hit",
            "expiry",
            "refresh",
            "daemon",
            "GET /users",
            "replay");

    private final Shell shell = new Shell();

    @ParameterizedTest
    @ValueSource(strings = {"jdk", "apache"})
    void showsADayOfTokensWithoutADisplay(String transport) {
        int status = shell.run("demo", "--transport", transport);

        assertThat(shell.err()).isEmpty();
        assertThat(status).isZero();
        assertThat(steps()).isEqualTo(STEPS);
        assertThat(shell.out())
                .contains("https://127.0.0.1:")
                .contains("There is no display (or --no-browser): ada@contoso.example signs in by a script")
                .contains("Bearer for 1 h, openid profile offline_access User.Read; ID token checked")
                .contains("Graph refuses the old token: 401")
                .contains("24 users over 5 pages of 5")
                .contains("refused, invalid_grant")
                .contains("All of it worked: ")
                .doesNotContain("\u001b")
                .doesNotContain("eyJ");
        assertThat(shell.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(120));
    }

    @Test
    void signsInInTheRealBrowserWhereThereIsOne() throws NoSuchAlgorithmException {
        // A browser that knows nothing of the platform's certificate authority.
        ScriptedBrowser browser = ScriptedBrowser.trusting(SSLContext.getDefault());

        int status = shell.browser(new UnattendedBrowser(page -> DemoUser.ada().signIn(browser, page)))
                .run("demo");

        assertThat(shell.err()).isEmpty();
        assertThat(status).isZero();
        assertThat(steps()).isEqualTo(STEPS);
        assertThat(shell.out())
                .contains("Sign in as ada@contoso.example with the password engine-1843 in the browser window")
                .contains("signed in and consented in your browser")
                .doesNotContain("by a script");
    }

    @Test
    void goesOnByItselfWhenTheBrowserFails() {
        int status = shell.browser(page -> {
                    throw new IOException("there is none");
                })
                .run("demo");

        assertThat(status).isZero();
        assertThat(shell.out())
                .contains("The browser cannot be opened: there is none.")
                .contains("The demonstration goes on by itself.")
                .contains("signed in and consented by a script");
    }

    @Test
    void goesOnByItselfWhenNobodySignsIn() {
        int status = shell.browser(page -> {}).run("demo", "--patience", "0");

        assertThat(status).isZero();
        assertThat(shell.out()).contains("Nobody finished signing in").contains("signed in and consented by a script");
    }

    @Test
    void colours() {
        assertThat(shell.colour().run("demo", "--no-browser")).isZero();
        assertThat(shell.out()).contains("\u001b[1mdiscovery");
    }

    private List<String> steps() {
        return shell.out()
                .lines()
                .filter(line -> line.matches(" {1,2}\\d+  .*"))
                .map(line -> line.substring(5, 18).trim())
                .collect(Collectors.toList());
    }
}
