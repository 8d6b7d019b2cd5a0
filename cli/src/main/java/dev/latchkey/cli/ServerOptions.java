package dev.latchkey.cli;

import dev.latchkey.auth.entra.Entra;
import dev.latchkey.auth.entra.EntraCloud;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.ServerProfile;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which authorization server, and how to reach it. */
final class ServerOptions {

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    Server server = new Server();

    @Option(
            names = "--entra-login",
            paramLabel = "URL",
            description = "With --entra: the login address of another cloud, such as https://login.microsoftonline.us.")
    @Nullable
    URI entraLogin;

    @Option(names = "--transport", paramLabel = "CLIENT", description = "The HTTP client, jdk or apache. Default: jdk.")
    @Nullable
    TransportChoice transport;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "Trust the certificate authorities in this PEM file too.")
    @Nullable
    Path authorities;

    @Option(
            names = "--dangerously-allow-http",
            description = "Let servers on this machine, and no others, speak http without TLS.")
    boolean httpAllowed;

    @Mixin
    TimeoutOption limit = new TimeoutOption();

    /** One of them. */
    static final class Server {
        @Option(
                names = "--issuer",
                paramLabel = "URL",
                description = "An OpenID Connect issuer; its metadata is at /.well-known/openid-configuration.")
        @Nullable
        String openId;

        @Option(
                names = "--oauth-issuer",
                paramLabel = "URL",
                description = "An OAuth issuer; its metadata is where RFC 8414 says.")
        @Nullable
        String oauth;

        @Option(
                names = "--entra",
                paramLabel = "TENANT",
                description = "A tenant of Microsoft Entra ID: its GUID, a domain, common, organizations or consumers.")
        @Nullable
        String tenant;
    }

    /** Tells whether a server is named, here or by a login that was restored. */
    boolean isGiven() {
        return server.openId != null || server.oauth != null || server.tenant != null;
    }

    /** Writes down what reaches the same server again. */
    void keep(Map<String, String> options) {
        keep(options, "issuer", server.openId);
        keep(options, "oauth-issuer", server.oauth);
        keep(options, "entra", server.tenant);
        keep(options, "entra-login", entraLogin);
        keep(options, "transport", transport);
        keep(
                options,
                "ca",
                authorities == null ? null : authorities.toAbsolutePath().normalize());
        keep(options, "dangerously-allow-http", httpAllowed ? "yes" : null);
    }

    /** Takes what was written down, except for what the command line says anew. */
    void restore(Map<String, String> options) {
        server.openId = options.get("issuer");
        server.oauth = options.get("oauth-issuer");
        server.tenant = options.get("entra");
        httpAllowed = httpAllowed || options.containsKey("dangerously-allow-http");
        if (entraLogin == null && options.containsKey("entra-login")) {
            entraLogin = URI.create(options.get("entra-login"));
        }
        if (transport == null && options.containsKey("transport")) {
            transport = TransportChoice.valueOf(options.get("transport"));
        }
        if (authorities == null && options.containsKey("ca")) {
            authorities = Path.of(options.get("ca"));
        }
    }

    static void keep(Map<String, String> options, String name, @Nullable Object value) {
        if (value != null) {
            options.put(name, value.toString());
        }
    }

    TransportChoice transport() {
        return transport == null ? TransportChoice.JDK : transport;
    }

    boolean isEntra() {
        return server.tenant != null;
    }

    ServerProfile profile() {
        if (server.tenant != null) {
            return entra(server.tenant).cloud(cloud());
        }
        return server.openId != null
                ? AuthorizationServer.openId(server.openId)
                : AuthorizationServer.oauth(String.valueOf(server.oauth));
    }

    EntraCloud cloud() {
        URI login = entraLogin;
        if (login == null) {
            return EntraCloud.GLOBAL;
        }
        String host = login.getHost() == null ? "" : login.getHost();
        return EntraCloud.byLoginHost(host).orElseGet(() -> EntraCloud.vouchedFor(login));
    }

    Duration timeout() {
        return Duration.ofSeconds(limit.seconds);
    }

    Optional<SSLContext> tls() {
        return Optional.ofNullable(authorities).map(CertificateAuthorities::withThoseOf);
    }

    private static Entra entra(String tenant) {
        switch (tenant.toLowerCase(Locale.ROOT)) {
            case "common":
                return Entra.common();
            case "organizations":
                return Entra.organizations();
            case "consumers":
                return Entra.consumers();
            default:
                return Entra.tenant(tenant);
        }
    }
}
