package dev.latchkey.platform;

import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.TokenRules;
import dev.latchkey.platform.directory.User;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.List;

/**
 * Runs a platform in a process of its own, until its standard input ends.
 *
 * <p>It has the tenant {@code contoso.example}, the users {@code ada@contoso.example} (password {@code correct horse}) and
 * {@code grace@contoso.example} ({@code battery staple}), a hundred people more, the public client {@code app}
 * ({@code http://127.0.0.1/callback}, {@code http://localhost/callback}) and the confidential client {@code daemon}
 * (secret {@code s3cret}).
 *
 * <p>Options: {@code --port <number>}, {@code --plain-http}, {@code --opaque}, {@code --reuse-app-tokens},
 * {@code --auto-sign-in <username>}, {@code --log <capacity>}, {@code --ca <file>} to write the authority's certificate as
 * PEM, {@code --ready <file>} to write, once it listens, what it otherwise prints: {@code base-uri=}, {@code tenant-id=}
 * and {@code ca=}, a line each.
 */
public final class PlatformMain {
    private PlatformMain() {}

    /**
     * Runs a platform.
     *
     * @param arguments the options
     * @throws IOException if a file cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        run(List.of(arguments), System.in, System.out);
    }

    static void run(List<String> arguments, InputStream in, PrintStream out) throws IOException {
        PlatformBuilder builder = IdentityPlatform.builder()
                .user(User.of("ada@contoso.example", "correct horse", "Ada Lovelace")
                        .property("jobTitle", "Analyst"))
                .user(User.of("grace@contoso.example", "battery staple", "Grace Hopper")
                        .property("jobTitle", "Rear Admiral"))
                .people(100)
                .client(Client.publicClient("app")
                        .redirectUri("http://127.0.0.1/callback")
                        .redirectUri("http://localhost/callback"))
                .client(Client.confidential("daemon", "s3cret").redirectUri("http://127.0.0.1/callback"));
        TokenRules rules = TokenRules.defaults();
        String ca = "";
        String ready = "";
        for (Iterator<String> left = arguments.iterator(); left.hasNext(); ) {
            String option = left.next();
            switch (option) {
                case "--plain-http":
                    builder.plainHttp();
                    break;
                case "--opaque":
                    rules = rules.opaqueAccessTokens();
                    break;
                case "--reuse-app-tokens":
                    rules = rules.reuseAppTokens();
                    break;
                case "--port":
                    builder.port(Integer.parseInt(value(option, left)));
                    break;
                case "--log":
                    builder.logCapacity(Integer.parseInt(value(option, left)));
                    break;
                case "--auto-sign-in":
                    builder.autoSignIn(value(option, left));
                    break;
                case "--ca":
                    ca = value(option, left);
                    break;
                case "--ready":
                    ready = value(option, left);
                    break;
                default:
                    throw new IllegalArgumentException("unknown option " + option);
            }
        }
        try (IdentityPlatform platform = builder.tokens(rules).start()) {
            announce(platform, ca, ready, out);
            while (in.read() >= 0) {
                // whoever started us holds our standard input open for as long as we are wanted
            }
        }
    }

    private static void announce(IdentityPlatform platform, String ca, String ready, PrintStream out)
            throws IOException {
        String lines = "base-uri=" + platform.baseUri() + "\ntenant-id="
                + platform.tenant().id() + "\nca=" + ca + "\n";
        if (!ca.isEmpty()) {
            Files.writeString(Path.of(ca), platform.trust().pem());
        }
        if (!ready.isEmpty()) {
            // whoever waits for the file must never see half of it
            Path part = Path.of(ready + ".part");
            Files.write(part, lines.getBytes(StandardCharsets.UTF_8));
            Files.move(part, Path.of(ready), StandardCopyOption.REPLACE_EXISTING);
        }
        out.print(lines);
        out.flush();
    }

    private static String value(String option, Iterator<String> left) {
        if (!left.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return left.next();
    }
}
