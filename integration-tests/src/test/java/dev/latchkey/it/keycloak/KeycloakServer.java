package dev.latchkey.it.keycloak;

import dev.latchkey.it.tls.ServerCertificate;
import dev.latchkey.it.tls.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;

/** A running Keycloak with the realm of {@code latchkey-realm.json}, and others. Safe for use by several threads. */
public final class KeycloakServer implements AutoCloseable {

    private static final String REALM = "/realms/latchkey";

    private final KeycloakProcess process;
    private final ServerCertificate certificate;
    private final TestAuthority authority;
    private final AuthenticationChannel channel;
    private final URI http;
    private final URI https;

    private KeycloakServer(
            KeycloakProcess process,
            ServerCertificate certificate,
            TestAuthority authority,
            AuthenticationChannel channel,
            URI http,
            URI https) {
        this.process = process;
        this.certificate = certificate;
        this.authority = authority;
        this.channel = channel;
        this.http = http;
        this.https = https;
    }

    static KeycloakServer start(KeycloakInstallation installation) throws IOException, InterruptedException {
        ServerCertificate certificate = ServerCertificate.generate(installation.certificateFile());
        TestAuthority authority = TestAuthority.generate(installation.workspace());
        AuthenticationChannel channel = AuthenticationChannel.start();
        KeycloakProcess process = installation.launch(List.of(
                "start",
                "--optimized",
                "--cache=local",
                "--hostname-strict=false",
                "--http-enabled=true",
                "--http-host=127.0.0.1",
                // Port 0: the operating system chooses, Keycloak tells which. No port is guessed.
                "--http-port=0",
                "--https-port=0",
                "--https-key-store-file=" + certificate.keyStoreFile(),
                "--https-key-store-type=PKCS12",
                "--https-key-store-password=" + certificate.keyStorePassword(),
                // Whom it believes, as a server about its clients and as a client about its servers.
                "--truststore-paths=" + authority.pem(),
                "--spi-ciba-auth-channel--ciba-http-auth-channel--http-authentication-channel-uri=" + channel.uri()));
        try {
            List<URI> addresses = process.awaitListening(Duration.ofMinutes(4));
            return new KeycloakServer(
                    process,
                    certificate,
                    authority,
                    channel,
                    withScheme(addresses, "http"),
                    withScheme(addresses, "https"));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.close();
            channel.close();
            throw e;
        }
    }

    private static URI withScheme(List<URI> addresses, String scheme) {
        return addresses.stream()
                .filter(address -> address.getScheme().equals(scheme))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("Keycloak does not listen on " + scheme + ": " + addresses));
    }

    /** The realm's issuer over https, under a certificate that {@link #trust()} accepts. */
    public URI issuer() {
        return URI.create(https + REALM);
    }

    /** The same realm's issuer over plain http on loopback. */
    public URI plainIssuer() {
        return URI.create(http + REALM);
    }

    /** The issuer of another realm over plain http on loopback. */
    public URI plainIssuer(String realm) {
        return URI.create(http + "/realms/" + realm);
    }

    /** The issuer of another realm over https. */
    public URI issuer(String realm) {
        return URI.create(https + "/realms/" + realm);
    }

    /** Trusts this server and presents a client's certificate. */
    SSLContext trustPresenting(String client) {
        return certificate.trust(authority.presenting(client));
    }

    /** Who has issued the clients' certificates. */
    TestAuthority authority() {
        return authority;
    }

    /** Where users are asked on a device of their own. */
    AuthenticationChannel authenticationChannel() {
        return channel;
    }

    /** An address of another realm's administration over plain http on loopback, such as {@code /events}. */
    public URI plainAdmin(String realm, String path) {
        return URI.create(http + "/admin/realms/" + realm + path);
    }

    /** An address of the realm, such as {@code /protocol/openid-connect/token}, over https. */
    public URI realm(String path) {
        return URI.create(issuer() + path);
    }

    /** Trusts this server's certificate and nothing else. */
    public SSLContext trust() {
        return certificate.trust();
    }

    /** The base64 SHA-256 digest of the certificate's public key, as Chromium wants it. */
    public String publicKeyPin() {
        return certificate.publicKeyPin();
    }

    @Override
    public void close() {
        process.close();
        channel.close();
    }
}
