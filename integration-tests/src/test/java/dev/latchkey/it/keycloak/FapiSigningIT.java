package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.ResponseMode;
import dev.latchkey.auth.credential.TlsCredential;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.jose.JoseIdTokens;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenType;
import dev.latchkey.it.Transport;
import dev.latchkey.it.tls.TestAuthority;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Signed requests (JAR) and signed answers (JARM), with Keycloak's message signing profiles enforced. */
@WithKeycloak
@ParameterizedClass
@EnumSource(Transport.class)
final class FapiSigningIT {

    private final HttpTransport transport;
    private final FapiRealm realm;
    private final TlsCredential credential;

    FapiSigningIT(Transport kind, KeycloakServer keycloak, FapiRealm realm) {
        this.transport = kind.trusting(keycloak.trust());
        this.realm = realm;
        this.credential = realm.credential(TestAuthority.APPLICATION, kind);
    }

    @AfterEach
    void close() {
        transport.close();
        credential.transport().close();
    }

    @Test
    void signsInWithDpop() {
        OAuthClient client = realm.signing(transport).build();

        SignIn signIn = signIn(client);

        assertThat(client.tokens(signIn.account(), FapiRealm.OPENID).token().type())
                .isEqualTo(TokenType.DPOP);
    }

    @Test
    void signsInWithCertificates() {
        OAuthClient client = realm.signingTls(transport, credential).build();

        SignIn signIn = signIn(client);

        assertThat(client.tokens(signIn.account(), FapiRealm.OPENID)
                        .get(TokenOptions.NONE)
                        .proof()
                        .orElseThrow()
                        .thumbprint())
                .isEqualTo(credential.thumbprint());
    }

    @Test
    void signsInWithAnAnswerThatIsSignedAndPosted() {
        OAuthClient client = realm.signing(transport).build();
        PendingAuthorization pending =
                client.authorize(AuthorizationRequest.builder(FapiRealm.REDIRECT, FapiRealm.OPENID)
                        .responseMode(ResponseMode.FORM_POST_JWT)
                        .build());

        String posted = realm.pages().signInByForm(pending.uri(), "alice", FapiRealm.REDIRECT);

        assertThat(posted).startsWith("response=").doesNotContain("&");
        assertThat(client.complete(AuthorizationCallback.parse(posted), pending.browserBinding())
                        .account()
                        .username())
                .contains("alice");
    }

    @Test
    void anAnswerWithAnotherSignatureIsRefusedAndTheRightOneStillCounts() {
        OAuthClient client = realm.signing(transport).build();
        PendingAuthorization pending = client.authorize(FapiVisit.request());
        String answer =
                realm.pages().signIn(pending.uri(), "alice", FapiRealm.REDIRECT).getRawQuery();
        int signature = answer.lastIndexOf('.') + 1;
        String forged = answer.substring(0, signature)
                + (answer.charAt(signature) == 'A' ? 'B' : 'A')
                + answer.substring(signature + 1);

        assertThatThrownBy(() -> client.complete(AuthorizationCallback.parse(forged), pending.browserBinding()))
                .isInstanceOf(InvalidResponseException.class);

        assertThat(client.complete(AuthorizationCallback.parse(answer), pending.browserBinding())
                        .account()
                        .username())
                .contains("alice");
    }

    @Test
    void anIssuerThatIsThereTwiceIsRefusedUnlessTheQuirkIsNamed() {
        OAuthClient strict = realm.signing(transport)
                .idTokens(JoseIdTokens.create(transport))
                .build();

        assertThatThrownBy(() -> signIn(strict))
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("iss is there twice");
    }

    @Test
    void keycloakRefusesARequestThatIsNotSigned() {
        OAuthClient client = realm.client("signing-app", realm.privateKeyJwt(), transport)
                .binding(Dpop.create())
                .build();

        assertThatThrownBy(() -> client.authorize(FapiVisit.request()))
                .isInstanceOfSatisfying(
                        OAuthException.class,
                        e -> assertThat(e.error().orElseThrow().code()).startsWith("invalid_request"));
    }

    private SignIn signIn(OAuthClient client) {
        PendingAuthorization pending = client.authorize(FapiVisit.request());
        URI callback = realm.pages().signIn(pending.uri(), "alice", FapiRealm.REDIRECT);
        assertThat(callback.getRawQuery()).startsWith("response=").doesNotContain("&");
        return client.complete(AuthorizationCallback.parse(callback.getRawQuery()), pending.browserBinding());
    }
}
