package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.it.atproto.pds.Command.Said;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code latchkey login --atproto} and what follows, each command in a process of its own, at a real server. */
class CommandIT {

    private static final String SESSION = "com.atproto.server.getSession";

    private static PdsWorld world;
    private static Person alice;

    @TempDir
    private Path home;

    @BeforeAll
    static void start(@TempDir Path folder) {
        world = new PdsWorld(folder);
        alice = world.person("alice.test");
    }

    @AfterAll
    static void stop() {
        if (world != null) {
            world.close();
        }
    }

    private static Said login(Command latchkey) {
        return login(latchkey, world.pds.server().toString(), page -> alice.signInByName(world.browser, page));
    }

    private static Said login(Command latchkey, String who, Command.Visit signIn, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "login",
                "--atproto",
                who,
                "--plc-directory",
                world.pds.directory().toString(),
                "--dangerously-allow-http",
                "--no-browser"));
        arguments.addAll(List.of(more));
        Said login = latchkey.run(
                page -> {
                    signIn.of(page);
                    alice.authorize(world.browser);
                },
                arguments.toArray(new String[0]));
        assertThat(login.status).as(login.err).isZero();
        return login;
    }

    @Test
    void logsInAsksAndLogsOut() {
        Command latchkey = new Command(home);
        Said login = login(latchkey);
        assertThat(login.out).startsWith("Logged in as ").endsWith(" at " + world.pds.server() + "\n");
        assertThat(login.err).contains("warning: --dangerously-allow-http");
        assertThat(world.pds.sessions(alice.did()))
                .singleElement()
                .asString()
                .as("the same client whatever port was free")
                .startsWith("http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&");

        Said session = latchkey.run("atproto", "get", SESSION);
        assertThat(session.status).as(session.err).isZero();
        assertThat(session.out).contains("\"did\": \"" + alice.did() + "\"").contains("\"handle\": \"alice.test\"");
        Said repository = latchkey.run("atproto", "get", "com.atproto.repo.describeRepo", "repo=" + alice.did());
        assertThat(repository.out).contains("\"handleIsCorrect\": true");
        Said unknown = latchkey.run(
                "atproto",
                "get",
                "com.atproto.repo.getRecord",
                "repo=" + alice.did(),
                "collection=app.bsky.feed.post",
                "rkey=none");
        assertThat(unknown.status).isEqualTo(8);
        assertThat(unknown.err).contains("RecordNotFound");

        Said accounts = latchkey.run("accounts", "--json");
        assertThat(accounts.out)
                .contains("\"subject\": \"" + alice.did() + "\"")
                .contains("\"issuer\": \"" + world.pds.server() + "\"");

        Said logout = latchkey.run("logout");
        assertThat(logout.status).as(logout.err).isZero();
        assertThat(logout.out).contains("is logged out; the token was revoked at localhost");
        assertThat(world.pds.sessions(alice.did())).as("at the server").isEmpty();
        Said after = latchkey.run("atproto", "get", SESSION);
        assertThat(after.status).isEqualTo(3);
        assertThat(after.err).contains("There is no login default");
    }

    /** As one types it; where the server finds its own handles, which are in no DNS, or a DNS that has them. */
    @ParameterizedTest
    @ValueSource(strings = {"--handle-service", "--dns"})
    void logsInByHandle(String finder) {
        Command latchkey = new Command(home);
        String where = finder.equals("--dns") ? world.dns() : world.pds.server().toString();

        Said login = login(latchkey, "@Alice.test", page -> alice.signIn(world.browser, page), finder, where);

        assertThat(login.out).isEqualTo("Logged in as alice.test at " + world.pds.server() + "\n");
        assertThat(login.err).contains("warning: " + finder + " lets ");
        Said session = latchkey.run("atproto", "get", SESSION);
        assertThat(session.out).as(session.err).contains("\"did\": \"" + alice.did() + "\"");
        assertThat(session.err).as("kept with the login").contains("warning: " + finder + " lets ");
        Said renewed = latchkey.run(
                page -> {
                    alice.signIn(world.browser, page);
                    alice.authorize(world.browser);
                },
                "login",
                "--no-browser");
        assertThat(renewed.out).as(renewed.err).startsWith("Logged in as alice.test at ");
        assertThat(world.pds.sessions(alice.did())).as("at the server").hasSize(1);
        assertThat(latchkey.run("logout").status).isZero();
    }

    @Test
    void logsInByDid() {
        Command latchkey = new Command(home);

        Said login = login(latchkey, alice.did(), page -> alice.signIn(world.browser, page));

        assertThat(login.out).startsWith("Logged in as ").endsWith(" at " + world.pds.server() + "\n");
        Said logout = latchkey.run("logout");
        assertThat(logout.out).as(logout.err).contains("the token was revoked at localhost");
        assertThat(world.pds.sessions(alice.did())).as("at the server").isEmpty();
    }

    @Test
    void saysWhatToDoWhenTheSessionEndedAtTheServer() {
        Command latchkey = new Command(home);
        login(latchkey);
        assertThat(world.pds.end(alice.did())).hasSize(1);

        Said session = latchkey.run("atproto", "get", SESSION);

        assertThat(session.status).as(session.err).isEqualTo(3);
        assertThat(session.err).contains("sign-in needed: ").contains(". Run: latchkey login");
        assertThat(session.out).isEmpty();
    }

    @Test
    void tellsNoServerWithLocal() {
        Command latchkey = new Command(home);
        login(latchkey);

        Said logout = latchkey.run("logout", "--local");

        assertThat(logout.status).as(logout.err).isZero();
        assertThat(logout.out).contains("no server was told");
        assertThat(world.pds.end(alice.did())).as("at the server").hasSize(1);
        assertThat(latchkey.run("accounts").err).contains("Nobody is logged in");
    }
}
