package dev.latchkey.auth.atproto;

import static dev.latchkey.auth.atproto.Internet.ALICE;
import static dev.latchkey.auth.atproto.Internet.AS;
import static dev.latchkey.auth.atproto.Internet.MALLORY;
import static dev.latchkey.auth.atproto.Internet.PDS;
import static dev.latchkey.auth.atproto.Internet.PLC;
import static dev.latchkey.auth.atproto.Internet.RESOURCE;
import static dev.latchkey.auth.atproto.Internet.SERVER;
import static dev.latchkey.auth.atproto.Network.assertion;
import static dev.latchkey.auth.atproto.Network.granted;
import static dev.latchkey.auth.atproto.Network.header;
import static dev.latchkey.auth.atproto.Network.proof;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.Prompt;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class AtprotoFlowTest {

    private static final String OTHER = "https://other.example.org";

    private final Network network = new Network();
    private final AtprotoClient client = network.client();

    private InvalidResponseException refusal(String response) {
        network.pushes().grants(response).revokes();
        return catchThrowableOfType(
                InvalidResponseException.class, () -> network.complete(client, "alice.example.com"));
    }

    private void assertRevoked() {
        RecordedRequest revocation = network.last("/oauth/revoke");
        assertThat(revocation.form()).containsEntry("token", "rt-1").containsKey("client_assertion");
        assertThat(revocation.header("DPoP")).isPresent();
        assertThat(network.store.size()).isZero();
    }

    @Test
    void aServerThatTakesNoRequestIsNotRemembered() {
        network.servers.onPost("/oauth/par").answers(Answer.json(400, "{\"error\":\"invalid_request\"}"));

        assertThatThrownBy(() -> client.authorize("alice.example.com")).isInstanceOf(OAuthException.class);

        assertThat(client.servers()).isZero();
        network.pushes();
        client.authorize("alice.example.com");
        assertThat(client.servers()).isEqualTo(1);
    }

    @Test
    void seedDefect2_pushesWithAProofAndAgainWithTheNonceAndANewAssertion() {
        network.servers
                .onPost("/oauth/par")
                .answers(Answer.json(400, "{\"error\":\"use_dpop_nonce\"}").header("DPoP-Nonce", "as-0"));
        network.pushes();

        PendingAuthorization pending = client.authorize("@Alice.Example.com");

        List<RecordedRequest> pushed = network.to("/oauth/par");
        assertThat(pushed).hasSize(2);
        assertThat(pushed.get(0).form())
                .containsEntry("client_id", Network.CLIENT_ID)
                .containsEntry("response_type", "code")
                .containsEntry("code_challenge_method", "S256")
                .containsEntry("redirect_uri", Network.REDIRECT.toString())
                .containsEntry("scope", "atproto transition:generic")
                .containsEntry("login_hint", "alice.example.com")
                .containsEntry("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
                .containsKeys("state", "code_challenge")
                .doesNotContainKeys("client_secret", "dpop_jkt", "nonce");
        assertThat(header(pushed.get(0).form().get("client_assertion")))
                .containsEntry("alg", "ES256")
                .containsEntry("kid", "key-1");
        assertThat(assertion(pushed.get(0)))
                .containsEntry("iss", Network.CLIENT_ID)
                .containsEntry("sub", Network.CLIENT_ID)
                .containsEntry("aud", AS);
        long now = network.internet.clock.instant().getEpochSecond();
        assertThat(assertion(pushed.get(0)))
                .as("a clock that is a little ahead is not in the server's future")
                .containsEntry("iat", now - 10)
                .containsEntry("exp", now + 50);
        assertThat(assertion(pushed.get(1)).get("jti"))
                .isNotEqualTo(assertion(pushed.get(0)).get("jti"));
        assertThat(header(pushed.get(0).header("DPoP").orElseThrow()))
                .containsEntry("typ", "dpop+jwt")
                .containsEntry("alg", "ES256");
        assertThat(proof(pushed.get(0)))
                .containsEntry("htm", "POST")
                .containsEntry("htu", AS + "/oauth/par")
                .doesNotContainKeys("ath", "nonce");
        assertThat(proof(pushed.get(1))).containsEntry("nonce", "as-0");
        assertThat(Network.query(pending.uri())).containsOnlyKeys("client_id", "request_uri");
        assertThat(network.internet.requests())
                .containsExactly(
                        "GET " + Internet.WELL_KNOWN, "GET " + PLC + ALICE, "GET " + RESOURCE, "GET " + SERVER);
        assertThat(pushed).allMatch(request -> request.addressPolicy().equals(AddressPolicy.publicOnly()));

        network.pushes();
        client.authorize("alice.example.com");
        assertThat(network.internet.requests()).as("warm").hasSize(4);
    }

    @Test
    void m6_signsInAndVerifiesFreshlyThatTheServerMaySpeakForTheAccount() {
        Account alice = network.signIn(client);

        assertThat(alice).isEqualTo(Account.of(AS, ALICE.toString()));
        RecordedRequest token = network.last("/oauth/token");
        assertThat(token.form())
                .containsKeys("code_verifier", "client_assertion")
                .containsEntry("code", "c0de");
        assertThat(proof(token)).containsEntry("nonce", "as-1").doesNotContainKey("ath");
        assertThat(header(token.header("DPoP").orElseThrow()).get("jwk"))
                .isEqualTo(header(network.last("/oauth/par").header("DPoP").orElseThrow())
                        .get("jwk"));
        assertThat(network.internet.requests())
                .hasSize(7)
                .endsWith("GET " + PLC + ALICE, "GET " + RESOURCE, "GET " + SERVER);
        assertThat(client.accounts()).containsExactly(alice);
        assertThat(client.tokens(alice).token().reveal()).isEqualTo("at-1");
        assertThat(network.to("/oauth/token")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"''", "&iss=https%3A%2F%2Fother.example.org", "&iss=https%3A%2F%2Fas.example.org%2F"})
    void seedDefect4_refusesACallbackWithoutTheIssuerOfTheSignIn(String iss) {
        network.pushes();
        PendingAuthorization pending = client.authorize("alice.example.com");
        String callback = "code=c0de&state=" + network.last("/oauth/par").form().get("state") + iss;

        assertThatThrownBy(() -> client.complete(AuthorizationCallback.parse(callback), pending.browserBinding()))
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo("iss"));
        assertThat(network.to("/oauth/token")).isEmpty();
    }

    @Test
    void aStateIsGoodOnce() {
        network.pushes().grants(granted(ALICE.toString(), ""));
        PendingAuthorization pending = client.authorize("alice.example.com");
        AuthorizationCallback callback =
                Network.callback(pending, network.last("/oauth/par").form().get("state"));
        client.complete(callback, pending.browserBinding());

        assertThatThrownBy(() -> client.complete(callback, pending.browserBinding()))
                .isInstanceOf(SignInRequiredException.class);
        assertThat(network.to("/oauth/token")).hasSize(1);
    }

    @Test
    void anotherNodeCompletesWhatThisOneBegan() {
        network.pushes().grants(granted(ALICE.toString(), ""));
        PendingAuthorization pending = client.authorize("alice.example.com");
        Account alice = network.client()
                .complete(
                        Network.callback(
                                pending, network.last("/oauth/par").form().get("state")),
                        pending.browserBinding())
                .account();
        assertThat(client.tokens(alice).token().reveal()).isEqualTo("at-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"scope\":\"transition:generic\","})
    void seedDefect4_refusesTokensWithoutScopeAtproto(String scope) {
        String response = granted(ALICE.toString(), "").replace("\"scope\":\"atproto transition:generic\",", scope);
        assertThat(refusal(response).field()).isEqualTo("scope");
        assertRevoked();
    }

    @Test
    void seedDefect4_refusesBearerTokens() {
        assertThat(refusal(granted(ALICE.toString(), "").replace("DPoP", "Bearer"))
                        .field())
                .isEqualTo("token_type");
        assertRevoked();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "alice", "DID:plc:x", "https://alice.example.com"})
    void refusesASubjectThatIsNoDid(String subject) {
        assertThat(refusal(granted(subject, "")).field()).isEqualTo("sub");
        assertRevoked();
    }

    @Test
    void seedDefect4_refusesAndRevokesTheSignInOfAnotherAccountThanTheOneItBeganWith() {
        network.internet.web.put(
                PLC + MALLORY, Answer.json(200, Internet.document(MALLORY, Handle.of("mallory.example.com"), PDS)));

        InvalidResponseException refusal = refusal(granted(MALLORY.toString(), ""));

        assertThat(refusal.field()).isEqualTo("sub");
        assertRevoked();
    }

    @Test
    void whoBeginsAtAServerMaySignInWithAnyAccountOfIt() {
        network.pushes().grants(granted(ALICE.toString(), ""));
        assertThat(network.complete(client, PDS).subject()).isEqualTo(ALICE.toString());
        assertThat(network.last("/oauth/par").form()).doesNotContainKey("login_hint");
    }

    @Test
    void m6_seedDefect5_refusesAndRevokesWhatAServerSaysOfAnAccountThatIsElsewhere() {
        network.pushes().grants(granted(ALICE.toString(), "")).revokes();
        PendingAuthorization pending = client.authorize("alice.example.com");
        // Moved since: only whoever asks no cache will see it.
        network.internet.web.put(RESOURCE, Answer.json(200, Internet.resource(PDS, OTHER)));
        network.internet.web.put(
                OTHER + "/.well-known/oauth-authorization-server", Answer.json(200, Internet.server(OTHER)));

        assertThatThrownBy(() -> client.complete(
                        Network.callback(
                                pending, network.last("/oauth/par").form().get("state")),
                        pending.browserBinding()))
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo("sub"))
                .hasMessageContaining("pds.example.net");
        assertRevoked();
    }

    @Test
    void seedDefect13_expiryAndRefreshTokenMayBeMissing() {
        network.pushes()
                .grants("{\"access_token\":\"at-1\",\"token_type\":\"dpop\",\"scope\":\"atproto\",\"sub\":\"" + ALICE
                        + "\"}");
        Account alice = network.complete(client, "alice.example.com");
        assertThat(client.tokens(alice).token().reveal()).isEqualTo("at-1");
    }

    static Answer withNonces(Answer answer, List<String> nonces) {
        Answer with = answer;
        for (String nonce : nonces) {
            with = with.header("DPoP-Nonce", nonce);
        }
        return with;
    }

    static Stream<List<String>> noNonce() {
        return Stream.of(List.of(), List.of(""), List.of("n 1"), List.of("n1", "n2"));
    }

    private static void refusesForItsNonce(ThrowingCallable work) {
        assertThatThrownBy(work)
                .isInstanceOfSatisfying(
                        InvalidResponseException.class,
                        e -> assertThat(e.field()).isEqualTo("DPoP-Nonce"));
    }

    @ParameterizedTest
    @MethodSource("noNonce")
    void d10_refusesTokensOfAnAuthorizationServerThatGivesNoNonce(List<String> nonces) {
        network.pushes();
        network.servers
                .onPost("/oauth/token")
                .answers(withNonces(Answer.json(200, granted(ALICE.toString(), "")), nonces));
        network.revokes();
        refusesForItsNonce(() -> network.complete(client, "alice.example.com"));
        assertRevoked();
    }

    @ParameterizedTest
    @MethodSource("noNonce")
    void d10_sendsNobodyToAServerThatAnswersAPushedRequestWithoutANonce(List<String> nonces) {
        Answer pushed =
                Answer.json(201, "{\"request_uri\":\"urn:ietf:params:oauth:request_uri:r1\",\"expires_in\":300}");
        network.servers.onPost("/oauth/par").answers(withNonces(pushed, nonces));

        refusesForItsNonce(() -> client.authorize("alice.example.com"));
    }

    @Test
    void d10_noMoreSoAfterADemand() {
        network.servers
                .onPost("/oauth/par")
                .answers(Answer.json(400, "{\"error\":\"use_dpop_nonce\"}").header("DPoP-Nonce", "as-1"))
                .answers(Answer.json(
                        201, "{\"request_uri\":\"urn:ietf:params:oauth:request_uri:r1\",\"expires_in\":300}"));

        refusesForItsNonce(() -> client.authorize("alice.example.com"));
        assertThat(network.to("/oauth/par")).hasSize(2);
    }

    @ParameterizedTest
    @MethodSource("noNonce")
    void d10_tellsOfARevocationThatIsAnsweredWithoutANonce(List<String> nonces) {
        Account alice = network.signIn(client);
        network.servers.onPost("/oauth/revoke").answers(withNonces(Answer.json(200, "{}"), nonces));

        Revocation revocation = client.signOut(alice).revocation();

        assertThat(revocation.isDone()).isFalse();
        assertThat(revocation.failure()).containsInstanceOf(InvalidResponseException.class);
    }

    @Test
    void seedDefect3_theLocalhostClientSendsNoAssertion() {
        AtprotoClient local = network.client(
                AtprotoClientMetadata.localhost(Scopes.of("atproto"), URI.create("http://127.0.0.1/callback")));
        network.pushes().grants(granted(ALICE.toString(), ""));
        PendingAuthorization pending = local.authorize(
                "alice.example.com", URI.create("http://127.0.0.1:49152/callback"), Scopes.of("atproto"), "");
        RecordedRequest pushed = network.last("/oauth/par");
        Account alice = local.complete(Network.callback(pending, pushed.form().get("state")), pending.browserBinding())
                .account();
        network.internet.clock.advance(java.time.Duration.ofHours(1));
        network.grants(granted(ALICE.toString(), "").replace("at-1", "at-2"));
        assertThat(local.tokens(alice).token().reveal()).isEqualTo("at-2");

        assertThat(pushed.form().get("client_id"))
                .isEqualTo("http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fcallback&scope=atproto");
        assertThat(network.servers.requests())
                .hasSize(3)
                .noneMatch(request -> request.form().containsKey("client_assertion"));
    }

    @Test
    void asksForNothingThatTheMetadataDoesNotHave() {
        assertThatThrownBy(() -> client.authorize(
                        "alice.example.com", Network.REDIRECT, Scopes.of("atproto", "transition:email"), ""))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(() -> client.authorize(
                        "alice.example.com", URI.create("https://app.example.com/other"), Scopes.of("atproto"), ""))
                .isInstanceOf(ConfigurationException.class);
        assertThat(network.internet.requests()).isEmpty();
    }

    @Test
    void asksForAnAccountToBeCreatedInTheUsersLanguage() {
        network.internet.web.put(
                "https://entry.example.org/.well-known/oauth-protected-resource",
                Answer.json(200, Internet.resource("https://entry.example.org", AS)));
        network.pushes();
        var unused = client.authorize(AtprotoRequest.of("https://entry.example.org")
                .prompt(Prompt.CREATE)
                .uiLocales("de-CH", "fr"));
        assertThat(network.last("/oauth/par").form())
                .containsEntry("prompt", "create")
                .containsEntry("ui_locales", "de-CH fr")
                .containsEntry("redirect_uri", Network.REDIRECT.toString())
                .containsEntry("scope", "atproto transition:generic")
                .doesNotContainKey("login_hint");
        assertThat(network.told).containsExactly("pushed to " + AS);
        assertThatThrownBy(() -> AtprotoRequest.of("x").uiLocales()).isInstanceOf(IllegalArgumentException.class);
        // What the reference server would refuse the whole request for.
        network.pushes();
        unused = client.authorize(AtprotoRequest.of("https://entry.example.org")
                .uiLocales("zh-Hans-CN", "es-419", "sr-Latn", "de-ch", "DE-CH", "i-klingon"));
        assertThat(network.last("/oauth/par").form()).containsEntry("ui_locales", "zh-CN es sr de-CH tlh");
        assertThatThrownBy(() -> AtprotoRequest.of("x").uiLocales("de fr&x"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> client.authorize(AtprotoRequest.of("alice.example.com")
                        .redirectUri(URI.create("https://app.example.com/other"))))
                .isInstanceOf(ConfigurationException.class);
    }

    @Test
    void aClientAndItsFinderBothAllowLoopbackOrNeither() {
        AtprotoClientBuilder development = AtprotoClient.builder(network)
                .metadata(Network.metadata(ClientKeys.of(Network.KEY)))
                .identities(network.internet.identities().build())
                .dangerouslyAllowLoopback();
        assertThatThrownBy(development::build)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("loopback");
    }

    @Test
    void theDefaultFinderTakesNoLongerThanTheClient() {
        AtprotoClient hasty = AtprotoClient.builder(network)
                .metadata(Network.metadata(ClientKeys.of(Network.KEY)))
                .timeout(java.time.Duration.ofSeconds(2))
                .build();
        network.pushes();
        var unused = hasty.authorize(ALICE.toString());
        assertThat(network.timeouts).hasSize(4).allMatch(each -> each.compareTo(java.time.Duration.ofSeconds(2)) <= 0);
    }

    /** The servers refuse the request; here nothing is sent, and it is said which scope it was. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "atproto transition:email",
                "atproto transition:generic repo:app.example.post",
                "atproto repo?collection=app.example.post",
                "atproto openid"
            })
    void asksForNoScopeThatTheDocumentDoesNotHave(String scopes) {
        String last = scopes.substring(scopes.lastIndexOf(' ') + 1);
        assertThatThrownBy(() ->
                        client.authorize(AtprotoRequest.of("alice.example.com").scopes(Scopes.parse(scopes))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("scope: " + last + " is ");
        assertThat(network.internet.requests()).isEmpty();
        assertThat(network.servers.requests()).isEmpty();
    }

    /** The servers compare texts. */
    @Test
    void asksInTheSpellingOfTheDocument() {
        AtprotoClient posting = network.client(AtprotoClientMetadata.builder(URI.create(Network.CLIENT_ID))
                .redirectUris(Network.REDIRECT)
                .scopes(Scopes.parse("atproto repo?collection=app.example.post account:email?action=read"
                        + " repo:app.example.like?action=delete&action=create"
                        + " repo:app.example.like?action=create&action=delete"))
                .build());
        network.pushes();
        posting.authorize(AtprotoRequest.of("alice.example.com")
                .scopes(Permission.scopes(
                        Permission.account("email"),
                        Permission.repo("app.example.like", "delete", "create"),
                        Permission.repo("app.example.post"))));
        assertThat(network.last("/oauth/par").form())
                .containsEntry(
                        "scope",
                        "atproto account:email?action=read repo:app.example.like?action=create&action=delete"
                                + " repo?collection=app.example.post");
        assertThatThrownBy(() -> posting.authorize(AtprotoRequest.of("alice.example.com")
                        .scopes(Permission.scopes(Permission.repo("app.example.post", "create")))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("repo:app.example.post?action=create is not in the client's metadata");
    }
}
