package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.JwsSigner;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.net.ssl.HttpsURLConnection;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** A contract that cannot fail is none: each rejects an adapter that is wrong in the way that adapters are. */
class ContractsBiteTest {

    @Test
    void theTransportContractCatchesHttpUrlConnection() {
        assertThat(failures(UrlConnectionTransportCase.class, "sendsNoBodyTwice"))
                .contains("POST, repeatable, on a dropped connection", "POST, once, on a dropped connection");
        assertThat(failures(UrlConnectionTransportCase.class, "followsNoRedirect"))
                .contains("GET 302", "POST 302");
        assertThat(failures(
                        UrlConnectionTransportCase.class,
                        "deadlineEndsABodyThatDrips",
                        "interruptEndsWaitingForHeaders",
                        "certificateOfAnotherHostIsNotSent",
                        "closingAResponseReleasesItsConnectionWithoutReadingOn"))
                .contains("deadlineEndsABodyThatDrips()", "interruptEndsWaitingForHeaders()")
                .contains("certificateOfAnotherHostIsNotSent()");
    }

    @Test
    void theTransportContractCatchesAClaimAboutAddressesThatIsNotTrue() {
        assertThat(failures(
                        BoastingTransportCase.class,
                        "saysWhetherItHonoursTheAddressPolicy",
                        "reachesNoAddressThatThePolicyRefuses",
                        "reachesWhatThePolicyPermits",
                        "usesNoOpenConnectionThatThePolicyRefuses"))
                .contains("127.0.0.1", "localhost", "10.0.0.1", "one that is kept alive")
                .doesNotContain("loopback, dangerously", "saysWhetherItHonoursTheAddressPolicy()");
        assertThat(failures(UrlConnectionTransportCase.class, "saysWhetherItHonoursTheAddressPolicy"))
                .hasSize(1);
    }

    @Test
    void theSignerContractCatchesDer() {
        assertThat(failures(DerSignerCase.class, "signatureIsInJwsFormatAndVerifies", "leavesTheInputAlone"))
                .containsExactly("signatureIsInJwsFormatAndVerifies()");
    }

    static Set<String> failures(Class<?> contract, String... methods) {
        List<DiscoverySelector> selectors = List.of(methods).stream()
                .map(each -> selectMethod(contract, each))
                .collect(Collectors.toList());
        return failures(selectors);
    }

    /** The tests that fail among those that are selected. */
    static Set<String> failures(List<? extends DiscoverySelector> selectors) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectors)
                                .build(),
                        summary);
        assertThat(summary.getSummary().getTestsFoundCount()).isGreaterThanOrEqualTo(selectors.size());
        return summary.getSummary().getFailures().stream()
                .map(failure -> failure.getTestIdentifier().getDisplayName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** As much of an adapter as many people write. */
    static class UrlConnectionTransportCase extends HttpTransportContract {

        @Override
        protected HttpTransport create() {
            return request -> send(request, null);
        }

        @Override
        protected HttpTransport create(ServerTrust trust) {
            return request -> send(request, trust);
        }

        private static TransportResponse send(TransportRequest request, ServerTrust trust) throws TransportException {
            try {
                HttpURLConnection connection =
                        (HttpURLConnection) request.uri().toURL().openConnection();
                if (trust != null) {
                    HttpsURLConnection tls = (HttpsURLConnection) connection;
                    tls.setSSLSocketFactory(trust.sslContext().getSocketFactory());
                    tls.setHostnameVerifier((host, session) -> true);
                }
                int millis = (int) request.timeout().toMillis();
                connection.setConnectTimeout(millis);
                connection.setReadTimeout(millis);
                connection.setRequestMethod(request.method());
                if (request.body().isPresent()) {
                    connection.setDoOutput(true);
                    try (InputStream in = request.body().get().open();
                            OutputStream out = connection.getOutputStream()) {
                        in.transferTo(out);
                    }
                }
                int status = connection.getResponseCode();
                InputStream body = status < 400 ? connection.getInputStream() : connection.getErrorStream();
                return TransportResponse.of(
                        status,
                        TransportHeaders.empty(),
                        body == null ? InputStream.nullInputStream() : body,
                        connection::disconnect);
            } catch (IOException e) {
                throw new TransportException(Kind.EXCHANGE, Delivery.UNKNOWN, "failed", e);
            }
        }
    }

    /** Says that it keeps address policies, and has not heard of them. */
    static class BoastingTransportCase extends HttpTransportContract {

        @Override
        protected HttpTransport create() {
            HttpTransport sending = new UrlConnectionTransportCase().create();
            return new HttpTransport() {
                @Override
                public TransportResponse send(TransportRequest request) throws TransportException {
                    return sending.send(
                            request.toBuilder().timeout(Duration.ofMillis(200)).build());
                }

                @Override
                public boolean honoursAddressPolicy() {
                    return true;
                }
            };
        }

        @Override
        protected HttpTransport create(ServerTrust trust) {
            return create();
        }
    }

    static class DerSignerCase extends JwsSignerContract {

        @Override
        protected JwsSigner signer() throws IOException {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(256);
                return new DerSigner(generator.generateKeyPair());
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
        }
    }

    private static final class DerSigner implements JwsSigner {

        private final KeyPair keys;

        private DerSigner(KeyPair keys) {
            this.keys = keys;
        }

        @Override
        public String algorithm() {
            return "ES256";
        }

        @Override
        public PublicKey publicKey() {
            return keys.getPublic();
        }

        @Override
        public byte[] sign(byte[] signingInput) throws IOException {
            try {
                Signature signature = Signature.getInstance("SHA256withECDSA");
                signature.initSign(keys.getPrivate());
                signature.update(signingInput);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
        }
    }
}
