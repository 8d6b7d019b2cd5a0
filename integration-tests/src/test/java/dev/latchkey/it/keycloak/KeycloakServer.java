package dev.latchkey.it.keycloak;

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
    private final URI http;
    private final URI https;

    private KeycloakServer(KeycloakProcess process, ServerCertificate certificate, URI http, URI https) {
        this.process = process;
        this.certificate = certificate;
        this.http = http;
        this.https = https;
    }

    static KeycloakServer start(KeycloakInstallation installation) throws IOException, InterruptedException {
        ServerCertificate certificate = ServerCertificate.generate(installation.certificateFile());
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
                "--https-key-store-password=" + certificate.keyStorePassword()));
        try {
            List<URI> addresses = process.awaitListening(Duration.ofMinutes(4));
            return new KeycloakServer(
                    process, certificate, withScheme(addresses, "http"), withScheme(addresses, "https"));
        } catch (IOException | InterruptedException | RuntimeException e) {
            process.close();
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
    }
}
