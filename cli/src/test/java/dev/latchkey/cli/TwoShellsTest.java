package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.platform.fault.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Shells that use what is kept at the same time, against a server that ends the session when a refresh token comes twice.
 */
@Timeout(300)
class TwoShellsTest {

    @TempDir
    private Path folder;

    private Path home;
    private Contoso contoso;

    @BeforeEach
    void start() throws IOException {
        home = folder.resolve("home");
        contoso = Contoso.overHttps(folder);
    }

    @AfterEach
    void stop() {
        contoso.close();
    }

    private Shell shell() {
        return new Shell().set("HOME", home.toString());
    }

    private void login() {
        Shell login = shell().browser(contoso.ada());
        assertThat(login.run(contoso.openId(
                        "login", "--client-id", "app", "--scope", "openid profile offline_access User.Read")))
                .as(login.err())
                .isZero();
    }

    private List<String> refreshTokens() {
        return contoso.platform().requests().to("/token").stream()
                .map(ReceivedRequest::form)
                .filter(form -> form.first("grant_type").orElse("").equals("refresh_token"))
                .map(form -> form.first("refresh_token").orElseThrow())
                .collect(Collectors.toList());
    }

    private List<String> tokens(String... scopes) throws Exception {
        List<ShellProcess> processes = new ArrayList<>();
        try {
            for (String scope : scopes) {
                processes.add(ShellProcess.start(home, "token", "--scope", scope));
            }
            List<String> outcomes = new ArrayList<>();
            for (ShellProcess each : processes) {
                outcomes.add(each.outcome());
            }
            return outcomes;
        } finally {
            processes.forEach(ShellProcess::close);
        }
    }

    @Test
    void processesThatNeedTheSameTokenRenewItOnce() throws Exception {
        login();
        // So late that every process has started, and waits, before the first has its answer.
        contoso.platform().faults().next("/token", Fault.delay(Duration.ofSeconds(5)));

        List<String> outcomes = tokens("openid", "openid", "openid");

        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).endsWith("status 0"));
        assertThat(refreshTokens()).hasSize(1);
    }

    @Test
    void processesThatNeedDifferentTokensRenewTheSessionOneAfterTheOther() throws Exception {
        login();
        contoso.platform().faults().next("/token", Fault.delay(Duration.ofSeconds(5)));

        List<String> outcomes = tokens("openid", "openid profile", "User.Read");

        assertThat(outcomes).allSatisfy(outcome -> assertThat(outcome).endsWith("status 0"));
        assertThat(refreshTokens()).hasSize(3).doesNotHaveDuplicates();
        assertThat(shell().run("token", "--scope", "openid User.Read")).isZero();
    }

    @Test
    void firstLoginsAtOnceAgreeOnOneKey() throws Exception {
        int shells = 6;
        CyclicBarrier start = new CyclicBarrier(shells);
        List<Callable<String>> logins = new ArrayList<>();
        for (int i = 0; i < shells; i++) {
            String profile = "p" + i;
            logins.add(() -> {
                Shell shell = shell().browser(contoso.ada());
                start.await();
                return shell.run(contoso.openId("login", "--client-id", "app", "--profile", profile)) + shell.all();
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(shells);
        try {
            for (Future<String> each : threads.invokeAll(logins)) {
                assertThat(each.get()).startsWith("0");
            }
        } finally {
            threads.shutdownNow();
        }

        Shell accounts = shell();
        assertThat(accounts.run("accounts")).isZero();
        assertThat(accounts.out().lines()).hasSize(shells + 1);
        for (int i = 0; i < shells; i++) {
            assertThat(shell().run("token", "--profile", "p" + i)).isZero();
        }
    }
}
