package dev.latchkey.it.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** A certificate authority of this run and what it has issued, by the JDK's keytool. Keycloak trusts it for clients. */
public final class TestAuthority {

    /** The client whose name Keycloak knows. */
    public static final String APPLICATION = "mtls-app";
    /** Another client of the same authority. */
    public static final String STRANGER = "stranger";
    /** A server of ours, to which Keycloak talks. */
    public static final String RECEIVER = "receiver";

    private static final String AUTHORITY = "authority";

    private final KeyStore keys;
    private final char[] password;
    private final Path pem;

    private TestAuthority(KeyStore keys, char[] password, Path pem) {
        this.keys = keys;
        this.password = password;
        this.pem = pem;
    }

    public static TestAuthority generate(Path folder) throws IOException, InterruptedException {
        Path file = folder.resolve("authority.p12");
        String password = UUID.randomUUID().toString();
        Files.deleteIfExists(file);
        issue(file, password, AUTHORITY, "-ext", "bc:c");
        issue(file, password, APPLICATION, "-signer", AUTHORITY, "-ext", "eku=clientAuth");
        issue(file, password, STRANGER, "-signer", AUTHORITY, "-ext", "eku=clientAuth");
        issue(file, password, RECEIVER, "-signer", AUTHORITY, "-ext", "eku=serverAuth", "-ext", "san=ip:127.0.0.1");
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(in, password.toCharArray());
            Certificate authority = keys.getCertificate(AUTHORITY);
            Path pem = Files.writeString(
                    folder.resolve("authority.pem"),
                    "-----BEGIN CERTIFICATE-----\n"
                            + Base64.getMimeEncoder().encodeToString(authority.getEncoded())
                            + "\n-----END CERTIFICATE-----\n");
            return new TestAuthority(keys, password.toCharArray(), pem);
        } catch (GeneralSecurityException e) {
            throw new IOException("the generated certificates cannot be read back", e);
        }
    }

    private static void issue(Path file, String password, String alias, String... more)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=" + alias,
                "-validity",
                "7",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass",
                password));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed: " + said);
        }
    }

    /** The authority's own certificate, for those who trust it. */
    public Path pem() {
        return pem;
    }

    public List<X509Certificate> chain(String alias) {
        try {
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate each : keys.getCertificateChain(alias)) {
                chain.add((X509Certificate) each);
            }
            return chain;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the key store is not loaded", e);
        }
    }

    /** Presents one of the certificates. */
    public KeyManager[] presenting(String alias) {
        try {
            KeyStore one = KeyStore.getInstance("PKCS12");
            one.load(null, null);
            Key key = keys.getKey(alias, password);
            one.setKeyEntry(alias, key, password, keys.getCertificateChain(alias));
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(one, password);
            return factory.getKeyManagers();
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("this JDK cannot present the certificate of " + alias, e);
        }
    }

    /** For a server of ours. */
    public SSLContext receiver() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(presenting(RECEIVER), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot serve with the certificate", e);
        }
    }
}
