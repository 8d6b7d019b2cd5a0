package dev.latchkey.cli;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where this command keeps its files, by the XDG base directory specification: the sessions among the state, and the file with
 * their key among the configuration, so that whoever copies one folder has not both.
 */
final class Places {

    private final Path sessions;
    private final Path configuration;

    private Places(Path sessions, Path configuration) {
        this.sessions = sessions;
        this.configuration = configuration;
    }

    /**
     * @param chosen where the sessions are instead, or nothing
     */
    static Places of(Terminal terminal, Optional<Path> chosen) {
        Path home = Path.of(terminal.environment("HOME").orElse(System.getProperty("user.home")));
        Path state = base(terminal, "XDG_STATE_HOME").orElse(home.resolve(".local/state"));
        Path configuration = base(terminal, "XDG_CONFIG_HOME").orElse(home.resolve(".config"));
        return new Places(
                chosen.map(Path::toAbsolutePath).orElse(state.resolve("latchkey")), configuration.resolve("latchkey"));
    }

    /** The specification has relative paths ignored. */
    private static Optional<Path> base(Terminal terminal, String variable) {
        return terminal.environment(variable).map(Path::of).filter(Path::isAbsolute);
    }

    /** What belongs to the sessions: their folder, and which key they are under. */
    Path sessions() {
        return sessions;
    }

    /** The folder of the token store, for it alone. */
    Path records() {
        return sessions.resolve("sessions");
    }

    /** Tells which key the sessions are under. It holds no secret. */
    Path keyDescription() {
        return sessions.resolve("key.properties");
    }

    /** The key, where neither the environment nor a passphrase has it. */
    Path keyFile() {
        return configuration.resolve("store.key");
    }
}
