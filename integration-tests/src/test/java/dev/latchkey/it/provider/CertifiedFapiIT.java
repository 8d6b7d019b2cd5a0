package dev.latchkey.it.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.jose.RequestObjects;
import dev.latchkey.auth.registration.ClientMetadata;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.token.AuthorizationDetail;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenIntrospection;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.auth.token.TokenType;
import dev.latchkey.it.Transport;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** FAPI 2.0 at a certified provider that demands it, with a nonce in every proof: pushed, signed, encrypted, bound. */
@WithProvider
@ParameterizedClass
@EnumSource(Transport.class)
final class CertifiedFapiIT {

    private final CertifiedProvider provider;
    private final HttpTransport transport;
    private final Visit visit;

    CertifiedFapiIT(Transport kind, CertifiedProvider provider) {
        this.provider = provider;
        this.transport = kind.trusting(provider.trust());
        this.visit = new Visit(provider);
    }

    @AfterEach
    void close() {
        transport.close();
    }

    private OAuthClientBuilder client(Applicant applicant, ClientMetadata.Builder metadata) {
        return applicant
                .signing(provider.fapi(), metadata.member("dpop_bound_access_tokens", true))
                .binding(Dpop.create())
                .security(SecurityProfile.FAPI2);
    }

    private OAuthClientBuilder client() {
        Applicant applicant = Applicant.es256(transport);
        return client(applicant, applicant.metadata());
    }

    @Test
    void tokensAreBoundToTheSessionsKeyThroughItsWholeLife() throws IOException {
        OAuthClient client = client().build();

        SignIn signIn = visit.signIn(client, "alice");

        assertThat(signIn.account().subject()).isEqualTo("alice");
        TokenSource tokens = client.tokens(signIn.account(), Visit.SCOPES);
        TokenResult first = tokens.get(TokenOptions.NONE);
        assertThat(first.token().type()).isEqualTo(TokenType.DPOP);
        assertBound(client, first);
        assertThat(client.userInfo(tokens, "alice").text("family_name")).contains("Archer");
        assertThat(Visit.statusWithBearer(transport, client, first.token())).isEqualTo(401);

        TokenResult second = tokens.get(TokenOptions.NONE.forceRefresh());
        assertThat(second.token()).isNotEqualTo(first.token());
        assertThat(second.proof().orElseThrow().thumbprint())
                .isEqualTo(first.proof().orElseThrow().thumbprint());

        RefreshToken last =
                client.accounts().revealRefreshToken(signIn.account()).orElseThrow();
        assertThat(client.accounts()
                        .remove(signIn.account(), SignOut.AND_AT_SERVER)
                        .revocation())
                .isSameAs(Revocation.DONE);
        assertThat(client.introspect(last).isActive()).isFalse();
        assertThat(client.introspect(second.token()).isActive()).isFalse();
    }

    @Test
    void aResourceIsCalledWithAProofThatHasItsNonce() throws IOException {
        OAuthClient client = client().build();
        SignIn signIn = visit.signIn(client, "bob");
        URI userinfo = client.metadata().userinfoEndpoint().orElseThrow();
        HttpTransport api = AuthorizedTransport.over(transport, client.tokens(signIn.account(), Visit.SCOPES))
                .to(URI.create("https://" + userinfo.getAuthority()));

        for (int call = 0; call < 3; call++) {
            try (TransportResponse response =
                    api.send(TransportRequest.builder("GET", userinfo).build())) {
                assertThat(response.status()).isEqualTo(200);
            }
        }
    }

    @Test
    void requestsAndAnswersAreSigned() {
        Applicant applicant = Applicant.es256(transport);
        OAuthClient client = client(
                        applicant,
                        applicant
                                .metadata()
                                .member("request_object_signing_alg", "ES256")
                                .member("require_signed_request_object", true)
                                .member("authorization_signed_response_alg", "ES256")
                                .member("userinfo_signed_response_alg", "ES256")
                                .member("introspection_signed_response_alg", "ES256"))
                .requestObjects(RequestObjects.signedBy(applicant.key()))
                .security(SecurityProfile.FAPI2_MESSAGE_SIGNING)
                .build();
        PendingAuthorization pending = client.authorize(Visit.request().build());
        URI callback = visit.pages().signIn(pending.uri(), "alice", Applicant.REDIRECT);
        assertThat(callback.getRawQuery()).startsWith("response=").doesNotContain("&");

        SignIn signIn = client.complete(AuthorizationCallback.parse(callback.getRawQuery()), pending.browserBinding());

        TokenSource tokens = client.tokens(signIn.account(), Visit.SCOPES);
        assertThat(client.userInfo(tokens, "alice").text("family_name")).contains("Archer");
        assertBound(client, tokens.get(TokenOptions.NONE));
    }

    @Test
    void answersAreSignedAndPosted() {
        Applicant applicant = Applicant.es256(transport);
        OAuthClient client = client(
                        applicant,
                        applicant
                                .metadata()
                                .member("request_object_signing_alg", "ES256")
                                .member("authorization_signed_response_alg", "ES256"))
                .requestObjects(RequestObjects.signedBy(applicant.key()))
                .security(SecurityProfile.FAPI2_MESSAGE_SIGNING)
                .build();
        PendingAuthorization pending = client.authorize(
                Visit.request().responseMode(ResponseMode.FORM_POST_JWT).build());

        String posted = visit.pages().signInByForm(pending.uri(), "alice", Applicant.REDIRECT);

        assertThat(posted).startsWith("response=").doesNotContain("&");
        assertThat(client.complete(AuthorizationCallback.parse(posted), pending.browserBinding())
                        .account()
                        .subject())
                .isEqualTo("alice");
    }

    @Test
    void everyAnswerIsSignedAndEncrypted() {
        Applicant applicant = Applicant.es256(transport);
        ClientMetadata.Builder metadata = applicant.metadata();
        for (String answer : new String[] {"authorization", "userinfo", "introspection", "id_token"}) {
            metadata.member(answer + "_signed_response_alg", "ES256")
                    .member(answer + "_encrypted_response_alg", "RSA-OAEP-256")
                    .member(answer + "_encrypted_response_enc", "A256GCM");
        }
        OAuthClient client = client(applicant, metadata).build();
        PendingAuthorization pending =
                client.authorize(Visit.request().responseMode(ResponseMode.JWT).build());
        String answer =
                visit.pages().signIn(pending.uri(), "alice", Applicant.REDIRECT).getRawQuery();
        assertThat(answer.split("\\.")).as("parts of a JWE").hasSize(5);

        SignIn signIn = client.complete(AuthorizationCallback.parse(answer), pending.browserBinding());

        TokenSource tokens = client.tokens(signIn.account(), Visit.SCOPES);
        assertThat(signIn.response().idToken().orElseThrow().reveal().split("\\."))
                .hasSize(5);
        assertThat(client.userInfo(tokens, "alice").text("family_name")).contains("Archer");
        assertBound(client, tokens.get(TokenOptions.NONE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"PS256", "ES256", "Ed25519"})
    void bothSignByEachAlgorithmOfTheProfile(String algorithm) {
        Applicant applicant = Applicant.signingBy(algorithm, transport);
        OAuthClient client = client(applicant, applicant.metadata().member("id_token_signed_response_alg", algorithm))
                .build();

        assertThat(visit.signIn(client, "alice").claims().orElseThrow().algorithm())
                .isEqualTo(algorithm);
    }

    @Test
    void authorizationDetailsAreGranted() {
        Applicant applicant = Applicant.es256(transport);
        OAuthClient client = client(
                        applicant,
                        applicant.metadata().member("authorization_details_types", List.of("payment_initiation")))
                .build();
        AuthorizationDetail payment = AuthorizationDetail.builder("payment_initiation")
                .member("instructedAmount", Map.of("currency", "EUR", "amount", "123.50"))
                .build();

        SignIn signIn = visit.signIn(
                client,
                Visit.request()
                        .options(RequestOptions.NONE
                                .resource(URI.create("https://bank.example.com/payments"))
                                .authorizationDetail(payment))
                        .build(),
                "alice");

        assertThat(signIn.response().authorizationDetails()).containsExactly(payment);
        TokenIntrospection told = client.introspect(signIn.response().accessToken());
        assertThat(AuthorizationDetail.listOf(told.members().get("authorization_details")))
                .containsExactly(payment);
    }

    @Test
    void aUserWhoIsAskedOnADeviceOfHerOwnAgrees() {
        OAuthClient client = ciba("poll").build();

        var begun = client.authenticateBackchannel(Ciba.request().build());
        provider.agree(begun.authReqId().reveal());
        SignIn signIn = client.await(begun);

        assertThat(signIn.account().subject()).isEqualTo("alice");
        assertBound(client, client.tokens(signIn.account(), Visit.SCOPES).get(TokenOptions.NONE));
    }

    @Test
    void aUserWhoIsAskedOnADeviceOfHerOwnRefuses() {
        OAuthClient client = ciba("poll").build();

        var begun = client.authenticateBackchannel(Ciba.request().build());
        provider.refuse(begun.authReqId().reveal());

        assertThatThrownBy(() -> client.await(begun)).isInstanceOf(AccessDeniedException.class);
    }

    private OAuthClientBuilder ciba(String mode) {
        Applicant applicant = Applicant.es256(transport);
        return client(applicant, Ciba.metadata(applicant, mode))
                .requestObjects(RequestObjects.signedBy(applicant.key()));
    }

    private static void assertBound(OAuthClient client, TokenResult result) {
        TokenIntrospection told = client.introspect(result.token());
        assertThat(told.isActive()).isTrue();
        assertThat(told.confirmation())
                .containsEntry("jkt", result.proof().orElseThrow().thumbprint());
    }
}
