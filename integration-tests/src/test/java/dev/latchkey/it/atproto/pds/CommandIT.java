package dev.latchkey.it.atproto.pds;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.it.atproto.pds.Command.Said;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        Said login = latchkey.run(
                page -> {
                    alice.signInByName(world.browser, page);
                    alice.authorize(world.browser);
                },
                "login",
                "--atproto",
                world.pds.server().toString(),
                "--plc-directory",
                world.pds.directory().toString(),
                "--dangerously-allow-http",
                "--no-browser");
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
