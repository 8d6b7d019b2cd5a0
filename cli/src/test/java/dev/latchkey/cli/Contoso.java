package dev.latchkey.cli;

import dev.latchkey.auth.interactive.Browser;
import dev.latchkey.platform.Answers;
import dev.latchkey.platform.IdentityPlatform;
import dev.latchkey.platform.PlatformBuilder;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.GrantType;
import dev.latchkey.platform.directory.TokenRules;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A running platform with one user, two clients and a file with its certificate authority. */
final class Contoso implements AutoCloseable {

    static final String SECRET = "marker-client-secret";
    static final String WRONG_SECRET = "marker-wrong-secret";

    private final IdentityPlatform platform;
    private final Path authority;

    private Contoso(PlatformBuilder builder, Path folder) throws IOException {
        platform = builder.user(DemoUser.ada().registration())
                .people(6)
                .graphPageSize(3)
                .tokens(TokenRules.defaults().devicePollInterval(Duration.ofSeconds(1)))
                .client(Client.publicClient("app")
                        .redirectUri("http://127.0.0.1/callback")
                        .redirectUri("http://localhost"))
                .client(Client.confidential("daemon", SECRET)
                        .grants(GrantType.CLIENT_CREDENTIALS)
                        .appRoles("User.Read.All"))
                .start();
        authority = Files.writeString(folder.resolve("ca.pem"), platform.trust().pem());
    }

    static Contoso overHttps(Path folder) throws IOException {
        return new Contoso(IdentityPlatform.builder(), folder);
    }

    static Contoso overHttp(Path folder) throws IOException {
        return new Contoso(IdentityPlatform.builder().plainHttp(), folder);
    }

    IdentityPlatform platform() {
        return platform;
    }

    Browser ada() {
        return new UnattendedBrowser(page -> DemoUser.ada().signIn(platform.browser(), page));
    }

    Browser declining() {
        return new UnattendedBrowser(page -> platform.browser()
                .open(page, Answers.declining(DemoUser.ada().name(), "engine-1843"))
                .uri());
    }

    String issuer() {
        return platform.issuer().toString();
    }

    /** The command, the options that reach this server as an OpenID provider, and more. */
    String[] openId(String command, String... more) {
        return options(command, List.of("--issuer", issuer()), more);
    }

    String[] options(String command, List<String> server, String... more) {
        List<String> all = new ArrayList<>(List.of(command.split(" ")));
        all.addAll(server);
        all.addAll(List.of("--ca", authority.toString()));
        all.addAll(List.of(more));
        return all.toArray(new String[0]);
    }

    @Override
    public void close() {
        platform.close();
    }
}
