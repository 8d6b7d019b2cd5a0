package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.JwsSigner;
import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
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
    void theStoreContractCatchesVersionsThatComeBackAndWritesThatAreNotAtomic() {
        assertThat(failures(
                        CarelessStoreCase.class,
                        "aVersionNeverComesBackAfterRemoval",
                        "oneOfManyWritersWins",
                        "oneOfManyCreatorsWins",
                        "countingByCompareAndSetLosesNothing",
                        "aRecordWhoseTimeHasPassedIsAbsent",
                        "listsEachKeyOnceOverAllPages",
                        "findsWhatWasWritten"))
                .contains(
                        "aVersionNeverComesBackAfterRemoval()",
                        "oneOfManyWritersWins()",
                        "aRecordWhoseTimeHasPassedIsAbsent()",
                        "listsEachKeyOnceOverAllPages()")
                .doesNotContain("findsWhatWasWritten()");
    }

    @Test
    void theSignerContractCatchesDer() {
        assertThat(failures(DerSignerCase.class, "signatureIsInJwsFormatAndVerifies", "leavesTheInputAlone"))
                .containsExactly("signatureIsInJwsFormatAndVerifies()");
    }

    private static Set<String> failures(Class<?> contract, String... methods) {
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        List<DiscoverySelector> selectors = List.of(methods).stream()
                .map(each -> selectMethod(contract, each))
                .collect(Collectors.toList());
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectors)
                                .build(),
                        summary);
        assertThat(summary.getSummary().getTestsFoundCount()).isGreaterThanOrEqualTo(methods.length);
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

    /** Looks first and writes then, counts versions for each record, forgets nothing, and lists from the start. */
    static class CarelessStoreCase extends TokenStoreContract {

        private final MutableClock clock = MutableClock.create();

        @Override
        protected TokenStore create() {
            return new CarelessStore();
        }

        @Override
        protected Instant now() {
            return clock.instant();
        }

        @Override
        protected void pass(Duration time) {
            clock.advance(time);
        }
    }

    private static final class CarelessStore implements TokenStore {

        private final Map<StoreKey, StoreEntry> records = new ConcurrentHashMap<>();

        @Override
        public Optional<StoreEntry> find(StoreKey key) {
            return Optional.ofNullable(records.get(key));
        }

        @Override
        public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record) {
            RecordVersion found = find(key).map(StoreEntry::version).orElse(RecordVersion.ABSENT);
            LockSupport.parkNanos(1_000);
            if (!found.equals(expected)) {
                return Optional.empty();
            }
            int next = found.value().isEmpty() ? 1 : Integer.parseInt(found.value()) + 1;
            RecordVersion version = RecordVersion.of(Integer.toString(next));
            records.put(key, StoreEntry.of(version, record));
            return Optional.of(version);
        }

        @Override
        public boolean remove(StoreKey key, RecordVersion expected) {
            return find(key).map(StoreEntry::version).filter(expected::equals).isPresent()
                    && records.remove(key) != null;
        }

        @Override
        public KeyPage keys(String partition, String cursor, int limit) {
            List<StoreKey> page = records.keySet().stream().limit(limit).collect(Collectors.toList());
            return page.size() < limit || !cursor.isEmpty() ? KeyPage.last(page) : KeyPage.of(page, "more");
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
