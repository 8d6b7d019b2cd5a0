package dev.latchkey.it.provider;

import com.google.gson.JsonObject;
import dev.latchkey.it.node.NodeServer;
import dev.latchkey.it.tls.ServerCertificate;
import dev.latchkey.it.tls.TestAuthority;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** A certified OpenID provider over https, with two issuers that differ in what they demand; see {@code provider.mjs}. */
final class CertifiedProvider implements AutoCloseable {

    private final NodeServer process;
    private final ServerCertificate certificate;
    private final TestAuthority authority;
    private final String origin;

    private CertifiedProvider(NodeServer process, ServerCertificate certificate, TestAuthority authority) {
        this.process = process;
        this.certificate = certificate;
        this.authority = authority;
        JsonObject said = process.greeting().getAsJsonObject();
        this.origin = said.get("origin").getAsString();
        System.out.printf("oidc-provider %s at %s%n", said.get("version").getAsString(), origin);
    }

    static CertifiedProvider start(Path folder) throws IOException, InterruptedException {
        ServerCertificate certificate = ServerCertificate.generate(folder.resolve("server.p12"));
        TestAuthority authority = TestAuthority.generate(folder);
        NodeServer process = NodeServer.start(
                folder,
                "provider.mjs",
                Map.of(
                        "PASSPHRASE",
                        certificate.keyStorePassword(),
                        // Whom it believes when it calls servers of ours.
                        "NODE_EXTRA_CA_CERTS",
                        authority.pem().toString()),
                certificate.keyStoreFile().toString(),
                authority.pem().toString());
        return new CertifiedProvider(process, certificate, authority);
    }

    /** Where everything is allowed that is registered. */
    String open() {
        return origin + "/tenants/open";
    }

    /** Where FAPI 2.0 is demanded, with pushed requests and with nonces. */
    String fapi() {
        return origin + "/tenants/fapi";
    }

    SSLContext trust() {
        return certificate.trust();
    }

    /** Trusts the provider and presents a client's certificate. */
    SSLContext trustPresenting(String client) {
        return certificate.trust(authority.presenting(client));
    }

    TestAuthority authority() {
        return authority;
    }

    /** The user agrees to what she was asked on a device of her own. */
    void agree(String authReqId) {
        process.tell("agree " + authReqId);
    }

    /** She does not. */
    void refuse(String authReqId) {
        process.tell("refuse " + authReqId);
    }

    /** What it has complained about last. */
    String complaints() {
        return process.lastWords();
    }

    @Override
    public void close() {
        process.close();
    }
}
