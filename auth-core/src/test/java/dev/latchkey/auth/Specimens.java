package dev.latchkey.auth;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationCode;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.AuthorizationTransaction;
import dev.latchkey.auth.authorize.BackchannelAuthentication;
import dev.latchkey.auth.authorize.BackchannelRequest;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.CarriedAuthorization;
import dev.latchkey.auth.authorize.ClientNotificationToken;
import dev.latchkey.auth.authorize.CodeVerifier;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.authorize.LogoutRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.PendingLogout;
import dev.latchkey.auth.authorize.Prompt;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.authorize.StepUp;
import dev.latchkey.auth.credential.ClientAssertion;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.credential.TlsCredential;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.exchange.BackChannel;
import dev.latchkey.auth.exchange.Documents;
import dev.latchkey.auth.exchange.DpopNonce;
import dev.latchkey.auth.exchange.Nonces;
import dev.latchkey.auth.exchange.ServerClocks;
import dev.latchkey.auth.grant.Assertion;
import dev.latchkey.auth.grant.AuthReqId;
import dev.latchkey.auth.grant.CibaGrant;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.grant.DeviceCode;
import dev.latchkey.auth.grant.DeviceCodeGrant;
import dev.latchkey.auth.grant.ExtensionGrant;
import dev.latchkey.auth.grant.JwtBearerGrant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.grant.SamlBearerGrant;
import dev.latchkey.auth.grant.SecurityToken;
import dev.latchkey.auth.grant.TokenExchangeGrant;
import dev.latchkey.auth.grant.TokenTypeIdentifier;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.http.ProtectedResources;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.AccountPage;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.Nonce;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.identity.UserInfo;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import dev.latchkey.auth.interactive.SystemBrowser;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.metadata.ProtectedResourceMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.AuthorizationCodeGrant;
import dev.latchkey.auth.protocol.IdTokenChecks;
import dev.latchkey.auth.protocol.PushedRequest;
import dev.latchkey.auth.registration.ClientMetadata;
import dev.latchkey.auth.registration.ClientRegistrations;
import dev.latchkey.auth.registration.RegisteredClient;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.session.AccountRecords;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.Flights;
import dev.latchkey.auth.session.Found;
import dev.latchkey.auth.session.Freshness;
import dev.latchkey.auth.session.HeldToken;
import dev.latchkey.auth.session.Lease;
import dev.latchkey.auth.session.LeaseWatch;
import dev.latchkey.auth.session.SavedBinding;
import dev.latchkey.auth.session.ServerNonce;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.SessionRemoval;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.session.Shared;
import dev.latchkey.auth.session.StoredToken;
import dev.latchkey.auth.session.TokenMemory;
import dev.latchkey.auth.session.Transaction;
import dev.latchkey.auth.session.Written;
import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.JcaSessionKeys;
import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.spi.exchange.Exchange;
import dev.latchkey.auth.spi.exchange.ExchangeWatch;
import dev.latchkey.auth.store.EncryptedTokenStore;
import dev.latchkey.auth.store.EncryptionKey;
import dev.latchkey.auth.store.EncryptionKeys;
import dev.latchkey.auth.store.UnreadableRecordException;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.AuthorizationDetail;
import dev.latchkey.auth.token.IdToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenIntrospection;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenProof;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.auth.token.TokenType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/** One instance of every public type, with a marker wherever the type takes a secret. */
final class Specimens {

    /** 45 unreserved characters, so that it can be everything, a code verifier too. */
    static final String MARKER = "MARKER-0f1e2d3c4b5a69788796a5b4c3d2e1f0-5ecret";

    static final Set<String> WITHOUT_INSTANCES = Set.of(
            "dev.latchkey.auth.json.Json",
            "dev.latchkey.auth.json.JsonFault",
            "dev.latchkey.auth.protocol.AuthorizationRequests",
            "dev.latchkey.auth.protocol.BackChannelRequests",
            "dev.latchkey.auth.protocol.Backchannels",
            "dev.latchkey.auth.protocol.Callbacks",
            "dev.latchkey.auth.protocol.Challenges",
            "dev.latchkey.auth.protocol.DeviceResponses",
            "dev.latchkey.auth.protocol.ErrorResponses",
            "dev.latchkey.auth.protocol.Introspections",
            "dev.latchkey.auth.protocol.LogoutRequests",
            "dev.latchkey.auth.protocol.UserInfos",
            "dev.latchkey.auth.protocol.Loopback",
            "dev.latchkey.auth.protocol.MetadataResponses",
            "dev.latchkey.auth.protocol.Origin",
            "dev.latchkey.auth.protocol.Revocations",
            "dev.latchkey.auth.protocol.TokenResponses",
            "dev.latchkey.auth.spi.exchange.ExchangeFailure");

    private static final Instant THEN = Instant.parse("2026-11-21T12:00:00Z");

    private Specimens() {}

    static Map<Class<?>, Object> all() {
        Map<Class<?>, Object> all = new LinkedHashMap<>();
        for (Object each : values()) {
            all.put(each.getClass(), each);
        }
        return all;
    }

    /** What implements a public interface without being public itself. */
    static List<Object> others() {
        ClientSecret secret = ClientSecret.of(MARKER);
        return List.of(
                ClientAuthentication.secretBasic(secret),
                ClientAuthentication.secretPost(secret),
                ClientAuthentication.assertion(server -> ClientAssertion.of(MARKER)),
                ClientAuthentication.none(),
                ClientAuthentication.secretBasicWithoutFormEncoding(() -> secret),
                TokenSource.of(AccessToken.bearer(MARKER)),
                client().build().clientCredentials(Scopes.of("a")),
                client().build().tokens(Account.of("i", "s"), Scopes.of("a")));
    }

    private static OAuthClientBuilder client() {
        return OAuthClient.builder(transport())
                .server(AuthorizationServer.of(Stage.metadata().build()))
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of(MARKER)));
    }

    private static BackchannelRequest backchannelRequest() {
        return BackchannelRequest.idTokenHint(Scopes.of("openid"), IdToken.of(MARKER))
                .userCode(MARKER)
                .notificationToken(ClientNotificationToken.of(MARKER))
                .build();
    }

    /** A certificate that has a name and bytes, and signs nothing. */
    static X509Certificate certificate(String name) {
        X509Certificate certificate = mock(X509Certificate.class);
        when(certificate.getSubjectX500Principal()).thenReturn(new X500Principal("CN=" + name));
        try {
            when(certificate.getEncoded()).thenReturn(name.getBytes(StandardCharsets.UTF_8));
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
        return certificate;
    }

    private static HttpTransport transport() {
        return request -> {
            throw new TransportException(
                    TransportException.Kind.CONNECT, TransportException.Delivery.NOT_SENT, "offline", null);
        };
    }

    @SuppressWarnings("deprecation")
    private static List<Object> values() {
        State state = State.of(MARKER);
        CodeVerifier verifier = CodeVerifier.of(MARKER);
        RefreshToken refreshToken = RefreshToken.of(MARKER);
        AccessToken accessToken = AccessToken.of(MARKER, TokenType.BEARER, THEN, Scopes.of("a"));
        Freshness freshness = new Freshness(Duration.ZERO, 0);
        Parameters parameters = Parameters.of("client_secret", MARKER).and("code", MARKER);
        RequestOptions throughTheBrowser = RequestOptions.NONE.parameter("x", MARKER);
        RequestOptions options = throughTheBrowser.header("X-Key", MARKER);
        URI uri = URI.create("https://as.example.com/authorize?state=" + MARKER + "&nonce=" + MARKER);
        TransportHeaders headers = TransportHeaders.builder()
                .set("authorization", "Basic " + MARKER)
                .build();
        byte[] bytes = MARKER.getBytes(StandardCharsets.US_ASCII);
        AuthorizationServerMetadata metadata = Stage.metadata().build();
        TokenResponse response =
                TokenResponse.of(accessToken, refreshToken, IdToken.of(MARKER), Map.of("device_secret", MARKER));
        IdTokenClaims claims = IdTokenClaims.of("RS256", Map.of("iss", "i", "sub", "s"));
        SignIn signIn = SignIn.of(Account.of("i", "s"), claims, response);
        RequestDraft draft = RequestDraft.of(
                RequestKind.TOKEN, URI.create(Stage.ISSUER + "/token"), metadata, ClientId.of("app"), parameters);
        draft.header("Authorization", "Basic " + MARKER);
        ServerError error =
                ServerError.builder("invalid_grant", 400, "as.example.com").build();
        SavedBinding binding = savedBinding();
        Transaction.Builder transaction = Transaction.builder(
                        metadata, "app", state, verifier, Stage.REDIRECT, Scopes.of("a"), THEN)
                .with("nonce", MARKER)
                .binding(binding);
        SessionKey sessionKey = SessionKey.ofApplication("i", "app", "");
        AskedFor asked = AskedFor.of(Scopes.of("a"), options);
        StoreRecord record = StoreRecord.of(bytes, THEN);
        return List.of(
                ClaimsOnlyIdTokens.dangerouslyWithoutSignature(),
                client(),
                client().build(),
                client().build().accounts(),
                client().build().async(),
                Revocation.failed(new ConfigurationException("f", "m", error, null)),
                SignOutResult.of(true, Revocation.DONE),
                AuthorizationCallback.parse("code=" + MARKER + "&state=" + MARKER),
                LogoutRequest.builder().idTokenHint(IdToken.of(MARKER)),
                LogoutRequest.builder()
                        .idTokenHint(IdToken.of(MARKER))
                        .state(state)
                        .build(),
                TokenIntrospection.of(true, Map.of("device_secret", MARKER)),
                UserInfo.of("s", Map.of("email", "e")),
                BackchannelNotification.read("Bearer " + MARKER, "{\"auth_req_id\":\"" + MARKER + "\"}"),
                ClientNotificationToken.of(MARKER),
                BackchannelRequest.loginHintToken(Scopes.of("openid"), MARKER).userCode(MARKER),
                backchannelRequest(),
                BackchannelAuthentication.of(AuthReqId.of(MARKER), backchannelRequest(), THEN, Duration.ZERO),
                AuthorizationCode.of(MARKER),
                AuthorizationRequest.builder(Stage.REDIRECT, Scopes.of("a")).options(throughTheBrowser),
                AuthorizationRequest.builder(Stage.REDIRECT, Scopes.of("a"))
                        .options(throughTheBrowser)
                        .build(),
                AuthorizationTransaction.restore(MARKER),
                BrowserBinding.of(state, MARKER),
                CarriedAuthorization.of(uri, THEN, AuthorizationTransaction.restore(MARKER)),
                verifier,
                DeviceAuthorization.of(
                        DeviceCode.of(MARKER),
                        "user",
                        URI.create("https://as.example.com/d"),
                        null,
                        THEN,
                        Duration.ofSeconds(5),
                        Scopes.of("a")),
                DevicePoll.granted(signIn),
                PendingAuthorization.of(uri, THEN, state, BrowserBinding.of(state, MARKER), THEN),
                PendingLimit.of(1),
                PendingLogout.of(uri, state),
                Prompt.LOGIN,
                ResponseMode.QUERY,
                state,
                ClientAssertion.of(MARKER),
                ClientId.of("app"),
                ClientSecret.of(MARKER),
                TlsCredential.of(List.of(certificate("app")), transport()),
                draft,
                new AccessDeniedException("m", error, null),
                Challenge.of("Bearer", Map.of("x", "y")),
                new ConfigurationException("f", "m", error, null),
                new InvalidResponseException("f", "h", "m", error, null),
                error,
                ServerError.builder("e", 400, "h"),
                new SignInRequiredException("m", error, null),
                new TemporaryFailureException("m", true, error, null),
                new BackChannel(transport(), false),
                new Nonces(1, System::nanoTime),
                nonce(),
                new ServerClocks(),
                new Documents(new BackChannel(transport(), false)),
                ClientCredentialsGrant.of(Scopes.of("a")),
                DeviceCode.of(MARKER),
                DeviceCodeGrant.of(DeviceCode.of(MARKER)),
                ExtensionGrant.of("urn:x", Parameters.of("assertion", MARKER)),
                Assertion.of(MARKER),
                AuthReqId.of(MARKER),
                CibaGrant.of(AuthReqId.of(MARKER)),
                JwtBearerGrant.of(Assertion.of(MARKER), Scopes.of("a")),
                SamlBearerGrant.of(Assertion.of(MARKER), Scopes.of("a")),
                SecurityToken.of(accessToken),
                TokenExchangeGrant.builder(SecurityToken.of(accessToken)),
                TokenExchangeGrant.of(SecurityToken.of(accessToken)),
                TokenTypeIdentifier.JWT,
                parameters,
                Password.of(MARKER),
                PasswordGrant.of("joe", Password.of(MARKER), Scopes.of("a")),
                RefreshTokenGrant.of(refreshToken, Scopes.of("a")),
                options,
                AuthorizedTransport.over(transport(), TokenSource.of(accessToken)),
                AuthorizedTransport.over(transport(), TokenSource.of(accessToken))
                        .to(URI.create("https://api.example.com")),
                AddressPolicy.publicOnly(),
                Account.of("i", "s"),
                AccountPage.of(List.of(Account.of("i", "s")), "cursor"),
                AccountNaming.subject("s"),
                claims,
                Nonce.of(MARKER),
                signIn,
                LoopbackReceiver.builder(),
                receiver(),
                SystemBrowser.create(),
                metadata,
                Stage.metadata(),
                Discovery.known(metadata),
                ProtectedResourceMetadata.of(Map.of("resource", "https://r.example.com")),
                ProtectedResources.over(transport()),
                StepUp.claims("{}"),
                ClientMetadata.builder(),
                ClientMetadata.builder().build(),
                RegisteredClient.of(
                        Map.of("client_id", "a", "client_secret", MARKER, "registration_access_token", MARKER)),
                ClientRegistrations.over(transport()),
                ClientRegistrations.over(transport()).async(Runnable::run),
                Answer.of("h", 200, headers, Map.of("access_token", MARKER)),
                AuthorizationCodeGrant.of(AuthorizationCode.of(MARKER), Stage.REDIRECT, verifier),
                new IdTokenChecks(claims, "h", THEN, Duration.ZERO),
                AuthorizationServer.of(metadata),
                new AccountRecords(InMemoryTokenStore.create(), "app", "", true),
                accountRecordsPage(),
                asked,
                new Flights(Runnable::run),
                binding,
                ServerNonce.of(MARKER, "https://as.example.com"),
                sessionKey,
                SessionRecord.of(Account.of("i", "s"), claims, binding).with(asked, response, THEN),
                new SessionStore(InMemoryTokenStore.create(), duration -> {}, Clock.systemUTC(), System::nanoTime),
                Found.NOTHING.orElse(
                        SessionRecord.of(Account.of("i", "s"), claims, binding).with(asked, response, THEN)),
                Written.SAVED,
                Lease.of("owner.1", Duration.ZERO),
                new LeaseWatch(System::nanoTime, new Random(1)),
                StoredToken.issued(accessToken, THEN, null),
                freshness,
                freshness.of(StoredToken.issued(accessToken, THEN, null), Duration.ZERO, 0),
                HeldToken.of(
                        asked,
                        accessToken,
                        freshness.of(StoredToken.issued(accessToken, THEN, null), Duration.ZERO, 0),
                        true,
                        0,
                        Duration.ZERO),
                CoarseClock.create(),
                new Shared<String>(),
                new TokenMemory(10),
                new TokenMemory(10).open("owner", sessionKey, 0),
                TokenOptions.NONE.claims("{}"),
                TokenResult.of(accessToken, TokenResult.Origin.SERVER, true),
                SessionRemoval.of(
                        new SessionStore(
                                InMemoryTokenStore.create(), duration -> {}, Clock.systemUTC(), System::nanoTime),
                        sessionKey),
                transaction,
                transaction.build(),
                accessToken,
                IdToken.of(MARKER),
                refreshToken,
                Scopes.of("a"),
                response,
                TokenType.BEARER,
                AuthorizationDetail.builder("t").identifier(MARKER),
                AuthorizationDetail.builder("t").identifier(MARKER).build(),
                SecurityProfile.FAPI2,
                PushedRequest.decode(
                        Answer.of("h", 201, headers, Map.of("request_uri", "urn:x:" + MARKER, "expires_in", 60L)),
                        THEN),
                InMemoryTokenStore.create(),
                JcaSessionKeys.create(),
                KeyPage.last(List.of(StoreKey.of("p", "n"))),
                RecordVersion.of("1"),
                RequestBody.of(bytes),
                StoreEntry.of(RecordVersion.of("1"), record),
                StoreKey.of("p", "n"),
                record,
                new TokenStoreException("m", null),
                encryptionKey(),
                EncryptionKeys.of(encryptionKey()),
                EncryptedTokenStore.over(InMemoryTokenStore.create(), EncryptionKeys.of(encryptionKey())),
                unreadable(),
                new TransportException(
                        TransportException.Kind.CONNECT, TransportException.Delivery.NOT_SENT, "m", null),
                headers,
                headers.toBuilder(),
                TransportRequest.builder("POST", URI.create("https://as.example.com/token?x=" + MARKER))
                        .header("Authorization", "Basic " + MARKER)
                        .body(RequestBody.of(bytes)),
                TransportRequest.builder("POST", URI.create("https://as.example.com/token?x=" + MARKER))
                        .header("Authorization", "Basic " + MARKER)
                        .body(RequestBody.of(bytes))
                        .build(),
                TransportResponse.of(200, headers, new ByteArrayInputStream(bytes), () -> {}),
                ExchangeWatch.named("specimen"),
                exchange(bytes));
    }

    private static Exchange exchange(byte[] body) {
        List<Exchange> seen = new ArrayList<>();
        TransportRequest request = TransportRequest.builder("POST", URI.create("https://as.example.com/?x=" + MARKER))
                .body(RequestBody.of(body))
                .build();
        try (ExchangeWatch watch = ExchangeWatch.named("specimen")) {
            watch.send(request, exchange -> {
                        seen.add(exchange);
                        return exchange.response(200, TransportHeaders.empty(), null, () -> {});
                    })
                    .close();
            return seen.get(0);
        } catch (TransportException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EncryptionKey encryptionKey() {
        return EncryptionKey.of("k1", Arrays.copyOf(MARKER.getBytes(StandardCharsets.US_ASCII), 32));
    }

    private static UnreadableRecordException unreadable() {
        StoreKey key = StoreKey.of("p", "n");
        InMemoryTokenStore store = InMemoryTokenStore.create();
        store.replace(
                key,
                RecordVersion.ABSENT,
                StoreRecord.of(MARKER.getBytes(StandardCharsets.US_ASCII), StoreRecord.FOREVER));
        return assertThrows(
                UnreadableRecordException.class,
                () -> EncryptedTokenStore.over(store, EncryptionKeys.of(encryptionKey()))
                        .find(key));
    }

    private static AccountRecords.Page accountRecordsPage() {
        try {
            return new AccountRecords(InMemoryTokenStore.create(), "app", "", true).all("", 10, key -> {});
        } catch (TokenStoreException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static LoopbackReceiver receiver() {
        try (LoopbackReceiver receiver = LoopbackReceiver.open()) {
            return receiver;
        }
    }

    private static SavedBinding savedBinding() {
        try {
            FakeBinding.Factory factory = new FakeBinding.Factory("fake");
            return SavedBinding.of("fake", factory.restore(MARKER.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DpopNonce nonce() {
        Nonces nonces = new Nonces(1, System::nanoTime);
        TokenProof key;
        try {
            key = new FakeBinding.Factory("fake").create(Stage.metadata().build());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        nonces.offer(key, Stage.REDIRECT, MARKER);
        return Objects.requireNonNull(nonces.findToBegin(key, Stage.REDIRECT));
    }
}
