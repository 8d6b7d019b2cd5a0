package dev.latchkey.it.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.it.Transport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What a hostile server, or whoever stands at the browser, does to a sign-in. */
@ParameterizedClass
@EnumSource(Transport.class)
final class SignInAttacksTest extends Victim {

    private final OAuthClient client = builder().build();

    SignInAttacksTest(Transport kind) {
        super(kind);
    }

    @Test
    void theServerPlaysFairUntilItIsToldOtherwise() {
        PendingAuthorization pending = begin(client);
        server.json("/token", "200 OK", tokens(idToken(pending)));

        assertThat(client.complete(parsed(honest(pending)), pending.browserBinding())
                        .account()
                        .subject())
                .isEqualTo("alice");
        assertThat(client.accounts()).hasSize(1);
    }

    @Test
    void a4_mixUpIsRefusedBeforeTheCodeIsSent() {
        PendingAuthorization pending = begin(client);
        String fromTheOther =
                callback("c0de", pending.state().reveal(), server.elsewhere("").toString());

        refused(client, pending, fromTheOther, "iss");
        assertThat(server.requestsTo("/token")).isEmpty();
        assertThat(client.accounts()).isEmpty();
    }

    @Test
    void a4_aMissingIssuerIsRefusedWhereItWasPromised() {
        PendingAuthorization pending = begin(client);
        refused(client, pending, "code=c0de&state=" + pending.state().reveal(), "iss");
        assertThat(server.requestsTo("/token")).isEmpty();
    }

    @Test
    void a4_anIssuerThatOnlyLooksTheSameIsRefused() {
        for (String issuer :
                new String[] {server.issuer() + "/", server.issuer().replace("localhost", "LOCALHOST")}) {
            PendingAuthorization pending = begin(client);
            refused(client, pending, callback("c0de", pending.state().reveal(), issuer), "iss");
        }
        assertThat(server.requestsTo("/token")).isEmpty();
    }

    @Test
    void a7_aSecondCodeOrIssuerInTheCallbackIsRefused() {
        PendingAuthorization pending = begin(client);
        refused(client, pending, honest(pending) + "&code=another", "code");
        refused(client, pending, honest(pending) + "&iss=another", "iss");
        assertThat(server.requestsTo("/token")).isEmpty();
    }

    @Test
    void a2_aCodeInjectedIntoAnotherBrowserIsRefused() {
        PendingAuthorization attackers = begin(client);
        PendingAuthorization victims = begin(client);

        InvalidResponseException refused = failsWith(
                InvalidResponseException.class,
                () -> client.complete(parsed(honest(attackers)), victims.browserBinding()));
        assertThat(refused.field()).isEqualTo("browser binding");
        assertThat(server.requestsTo("/token")).isEmpty();
    }

    @Test
    void aCodeInjectedIntoAnotherAuthorizationIsRefusedByItsNonce() {
        PendingAuthorization attackers = begin(client);
        PendingAuthorization victims = begin(client);
        // A server that lets the verifier pass unchecked: the nonce still tells whose code it was.
        server.json("/token", "200 OK", tokens(idToken(attackers)));

        refused(client, victims, honest(victims), "nonce");
        assertThat(client.accounts()).isEmpty();
    }

    @Test
    void a2_anInventedStateIsRefused() {
        PendingAuthorization pending = begin(client);
        failsWith(
                SignInRequiredException.class,
                () -> client.complete(parsed(callback("c0de", "made-up", server.issuer())), pending.browserBinding()));
        assertThat(server.requestsTo("/token")).isEmpty();
    }

    @Test
    void a10_aTokenInTheCallbackIsRefused() {
        for (String name : new String[] {"access_token", "id_token", "response"}) {
            PendingAuthorization pending = begin(client);
            refused(client, pending, honest(pending) + "&" + name + "=injected", name);
        }
        assertThat(server.requestsTo("/token")).isEmpty();
    }

    @Test
    void a12_aPushThatFailsIsNotReplacedByTheBrowser() {
        server.describes("\"pushed_authorization_request_endpoint\":\"" + server.uri("/par") + "\",");
        for (String status : new String[] {"404 Not Found", "405 No", "500 Broken", "503 Busy", "200 OK", "400 Bad"}) {
            server.json(
                    "/par", status, "{\"error\":\"invalid_request\",\"request_uri\":\"urn:a:b\",\"expires_in\":60}");
            failsWith(OAuthException.class, () -> begin(client));
        }
        assertThat(server.requestsTo("/par")).hasSize(6);
    }

    @Test
    void a12_aPushedReferenceThatWouldEscapeItsPlaceIsRefused() {
        server.describes("\"pushed_authorization_request_endpoint\":\"" + server.uri("/par") + "\",");
        for (String reference : new String[] {"", "no-uri", "urn:a b", "urn:a\\r\\nLocation: x", "urn:\\u0000"}) {
            server.json("/par", "201 Created", "{\"request_uri\":\"" + reference + "\",\"expires_in\":60}");
            InvalidResponseException refused = failsWith(InvalidResponseException.class, () -> begin(client));
            assertThat(refused.field()).isEqualTo("request_uri");
        }
        // What would be parameters of their own in the browser's address stays one value.
        server.json("/par", "201 Created", "{\"request_uri\":\"urn:a&redirect_uri=https://evil\",\"expires_in\":60}");
        assertThat(begin(client).uri().getRawQuery())
                .contains("urn%3Aa%26redirect_uri")
                .doesNotContain("&redirect_uri");
    }

    @Test
    void a12_aServerThatWithdrawsPushingWhileItRequiresItGetsNothing() {
        server.describes("\"require_pushed_authorization_requests\":true,");
        ConfigurationException refused = failsWith(ConfigurationException.class, () -> begin(client));
        assertThat(refused.field()).isEqualTo("pushed_authorization_request_endpoint");
    }

    @Test
    void m1_metadataOfAnotherIssuerIsRefused() {
        server.json(
                "/.well-known/openid-configuration",
                "200 OK",
                server.metadata("").replace("\"issuer\":\"" + server.issuer(), "\"issuer\":\"" + server.elsewhere("")));
        InvalidResponseException refused = failsWith(InvalidResponseException.class, () -> begin(client));
        assertThat(refused.field()).isEqualTo("issuer");
    }

    @Test
    void metadataThatDowngradesToHttpIsRefused() {
        for (String name : new String[] {"token_endpoint", "authorization_endpoint"}) {
            server.json(
                    "/.well-known/openid-configuration",
                    "200 OK",
                    server.metadata("").replace("\"" + name + "\":\"https:", "\"" + name + "\":\"http:"));
            OAuthClient fresh = builder().build();
            failsWith(OAuthException.class, () -> {
                PendingAuthorization pending = begin(fresh);
                fresh.complete(parsed(honest(pending)), pending.browserBinding());
            });
        }
        assertThat(server.requestsTo("/token")).isEmpty();
    }

    @Test
    void aServerThatBreaksDownWithTheCodeKeepsNothing() {
        PendingAuthorization pending = begin(client);
        server.does("/token", connection -> connection.close());
        TemporaryFailureException failure = failsWith(
                TemporaryFailureException.class,
                () -> client.complete(parsed(honest(pending)), pending.browserBinding()));
        assertThat(failure.safeToRetry()).isFalse();
        assertThat(server.requestsTo("/token")).hasSize(1);
        // The code is spent, and so is the authorization: a replay of the callback finds nothing.
        failsWith(
                SignInRequiredException.class,
                () -> client.complete(parsed(honest(pending)), pending.browserBinding()));
        assertThat(server.requestsTo("/token")).hasSize(1);
    }
}
