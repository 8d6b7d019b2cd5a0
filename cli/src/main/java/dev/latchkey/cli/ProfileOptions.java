package dev.latchkey.cli;

import dev.latchkey.auth.error.ConfigurationException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which of several logins. */
final class ProfileOptions {

    static final String PROFILE_VARIABLE = "LATCHKEY_PROFILE";
    static final String DEFAULT = "default";

    @Option(
            names = {"-p", "--profile"},
            paramLabel = "NAME",
            description = "The name of the login, of letters, digits, - and _. Default: $LATCHKEY_PROFILE, or default.")
    @Nullable
    String profile;

    @Mixin
    StoreOptions store = new StoreOptions();

    @Spec(Spec.Target.MIXEE)
    CommandSpec command = CommandSpec.create();

    /** An error of whoever typed the command. */
    ParameterException usage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** Says the profile in a command to be typed; the default one needs no mention. */
    static String option(String profile) {
        return profile.equals(DEFAULT) ? "" : " --profile " + profile;
    }

    /** Tells whether the command line, and not the environment, names a profile. */
    boolean isNamed() {
        return profile != null;
    }

    String profile(Terminal terminal) {
        String name = Optional.ofNullable(profile)
                .or(() -> terminal.environment(PROFILE_VARIABLE))
                .orElse(DEFAULT);
        // What a store takes for a name, so that nothing has to be encoded.
        if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new ConfigurationException("--profile", "must be 1 to 64 letters, digits, - or _");
        }
        return name;
    }
}
