package dev.latchkey.cli;

import dev.latchkey.platform.ScriptedBrowser;
import dev.latchkey.platform.directory.User;
import java.net.URI;

/** The one person who can sign in at the demonstration's server. Made up, so the password is no secret. */
final class DemoUser {

    private static final String NAME = "ada@contoso.example";
    private static final String PASSWORD = "engine-1843";

    private DemoUser() {}

    static DemoUser ada() {
        return new DemoUser();
    }

    User registration() {
        return User.of(NAME, PASSWORD, "Ada Lovelace").property("jobTitle", "Analyst");
    }

    URI signIn(ScriptedBrowser browser, URI page) {
        return browser.signIn(page, NAME, PASSWORD);
    }

    String name() {
        return NAME;
    }

    String invitation() {
        return "Sign in as " + NAME + " with the password " + PASSWORD;
    }
}
