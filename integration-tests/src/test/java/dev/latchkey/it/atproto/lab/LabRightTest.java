package dev.latchkey.it.atproto.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.MutableClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whoever does everything right gets everything, and what the real servers tolerate or omit is so here too. */
final class LabRightTest {

    private final MutableClock clock = MutableClock.at(Instant.parse("2026-11-28T09:00:00Z"));
    private final Lab lab = Lab.start(clock);
    private final LabAuthorizationServer server = lab.authorizationServer("as.test");
    private final LabPds pds = lab.pds("pds.test", server);
    private final LabAccount alice = lab.account("alice.test", pds);

    @AfterEach
    void close() {
        lab.close();
    }

    private RawClient client() {
        return new RawClient(lab, clock, server, pds, "/client-metadata.json");
    }

    @Test
    void aConfidentialClientPasses() {
        passes(client());
    }

    @Test
    void aPublicClientPasses() {
        passes(client().open());
    }

    @Test
    void aNativeClientPasses() {
        RawClient client = client().open();
        client.document.addProperty("application_type", "native");
        client.document.add("redirect_uris", Json.array("test.app:/callback", "http://127.0.0.1/callback"));
        client.redirectUri = "http://127.0.0.1:4711/callback";
        passes(client);
    }

    /** As the reference server has it; the specification says nothing of it. */
    @Test
    void aClientWhoseIdentifierHasAQueryPasses() {
        RawClient client = client();
        client.clientId += "?version=2";
        client.document.addProperty("client_id", client.clientId);
        passes(client);
    }

    @Test
    void aDevelopmentClientPasses() {
        passes(client().localhost(
                        "http://localhost?redirect_uri=http%3A%2F%2F127.0.0.1%2Fback&scope=atproto%20transition%3Ageneric",
                        "http://127.0.0.1:9999/back"));
    }

    @Test
    void aDevelopmentClientNeedsNoQuery() {
        RawClient client = client().localhost("http://localhost", "http://[::1]:9999/");
        client.scope = "atproto";

        assertThat(client.push().status).isEqualTo(201);
    }

    private void passes(RawClient client) {
        client.signedIn();
        String first = client.accessToken;
        for (int i = 0; i < 10; i++) {
            assertThat(client.call("com.atproto.server.getSession").text("did")).isEqualTo(alice.did());
        }
        assertThat(client.call("resource", "POST", "com.atproto.repo.createRecord", client.accessToken).status)
                .isEqualTo(200);
        assertThat(client.refresh().status).isEqualTo(200);
        assertThat(client.accessToken).isNotEqualTo(first);
        assertThat(client.call("com.atproto.server.getSession").status).isEqualTo(200);
        assertThat(lab.log().violations()).isEmpty();
        // Whoever keeps the newest nonce is asked for one once, by each of both.
        assertThat(lab.log().nonceDemands()).extracting(Seen::what).hasSize(2).doesNotHaveDuplicates();

        assertThat(client.revoke().status).isEqualTo(200);

        assertThat(lab.log().to("as.test", "/oauth/revoke"))
                .extracting(Seen::note)
                .containsExactly("revoked");
        assertThat(server.sessions()).isEmpty();
        assertThat(client.refresh().text("error")).isEqualTo("invalid_grant");
        assertThat(client.call("com.atproto.server.getSession").header("WWW-Authenticate"))
                .contains("error=\"invalid_token\"");
    }

    /** Behind the colon a plus is a plus; behind the question mark it must be encoded. */
    @Test
    void permissionsMeanWhatTheySay() {
        RawClient both = client().asks("atproto blob?accept=image/png&accept=image/svg%2Bxml");
        both.signedIn();
        assertThat(both.upload("image/svg+xml").status).isEqualTo(200);
        assertThat(both.upload("image/png").status).isEqualTo(200);
        RawClient one = new RawClient(lab, clock, server, pds, "/one.json").asks("atproto blob:image/svg+xml");
        one.signedIn();
        assertThat(one.upload("image/svg+xml").status).isEqualTo(200);
        RawClient all = new RawClient(lab, clock, server, pds, "/all.json")
                .asks(
                        "atproto blob:image/* repo?collection=app.example.post&collection=app.example.like&action=create"
                                + " rpc:*?aud=did:web:api.example.com%23feed rpc?lxm=app.example.search&aud=*"
                                + " account:email?action=manage identity:* include:app.example.auth?aud=did:web:example.com%23x");
        all.signedIn();
        assertThat(all.upload("image/gif").status).isEqualTo(200);
        assertThat(lab.log().violations()).isEmpty();
    }

    @Test
    void aDeletedAccountIsGoneInTheDirectoryAndAtItsServers() {
        RawClient client = client().signedIn();
        String document = "https://plc.test/" + alice.did();
        assertThat(client.get(URI.create(document)).status).isEqualTo(200);

        lab.delete(alice);

        assertThat(client.get(URI.create(document)).status).isEqualTo(410);
        Answer call = client.call("com.atproto.server.getSession");
        assertThat(call.status).isEqualTo(401);
        assertThat(call.header("WWW-Authenticate")).contains("error=\"invalid_token\"");
        assertThat(client.revoke().status).isEqualTo(200);
        assertThat(lab.log().violations()).isEmpty();
        assertThat(server.sessions()).isEmpty();
    }

    @Test
    void openEndpointsGiveNoNonce() {
        RawClient client = client().signedIn();

        Answer answer = client.call("com.atproto.server.describeServer");

        assertThat(answer.status).isEqualTo(200);
        assertThat(answer.header("DPoP-Nonce")).isEmpty();
    }

    @Test
    void aRevocationWithoutAssertionOrProofIsAnsweredWellAndRevokesNothing() {
        RawClient client = client().signedIn();

        client.spoil("revoke", request -> {
            request.assertion = null;
        });
        assertThat(client.revoke().toString()).isEqualTo("200 {}");
        client.spoil("revoke", request -> request.proof = null);
        assertThat(client.revoke().toString()).isEqualTo("200 {}");

        assertThat(lab.log().violations())
                .extracting(seen -> seen.broken().orElseThrow())
                .containsExactly(Rule.ASSERTION_DEMANDED, Rule.PROOF_DEMANDED);
        assertThat(server.sessions()).containsExactly(alice.did());
        assertThat(client.refresh().status).isEqualTo(200);
    }

    @Test
    void anAccessTokenEndsTheSessionToo() {
        RawClient client = client().signedIn();
        client.refreshToken = client.accessToken;

        assertThat(client.revoke().status).isEqualTo(200);

        assertThat(server.sessions()).isEmpty();
    }

    @Test
    void nonceIsDemandedAsEachKindOfServerDoes() {
        RawClient client = client();
        server.neverContent(true);
        assertThat(client.push().toString()).startsWith("400 {\"error\":\"use_dpop_nonce\"");
        server.neverContent(false);
        client.signedIn();
        pds.neverContent(true);

        Answer answer = client.call("com.atproto.server.getSession");

        assertThat(answer.status).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).startsWith("DPoP ").contains("error=\"use_dpop_nonce\"");
        assertThat(answer.header("DPoP-Nonce")).isNotEmpty();
        assertThat(lab.log().violations()).isEmpty();
    }

    @Test
    void anotherAccountMaySignInAndScopesMayBeFewer() {
        LabAccount mallory = lab.account("mallory.test", pds);
        server.signsIn(mallory);
        server.grantsOnly("atproto");
        RawClient client = client();
        client.push();
        client.browse();

        Answer answer = client.redeem();

        assertThat(answer.text("sub")).isEqualTo(mallory.did());
        assertThat(answer.text("scope")).isEqualTo("atproto");
    }

    @Test
    void expiresInMayBeMissing() {
        server.alterTokens(body -> body.remove("expires_in"));
        RawClient client = client();
        client.push();
        client.browse();

        assertThat(client.redeem().json().has("expires_in")).isFalse();
    }

    @Test
    void aRefreshTokenUsedTwiceEndsTheSession() {
        RawClient client = client().signedIn();
        String used = client.refreshToken;
        client.refresh();

        assertThat(client.refresh(used).text("error")).isEqualTo("invalid_grant");

        assertThat(server.sessions()).isEmpty();
        assertThat(client.refresh().text("error")).isEqualTo("invalid_grant");
    }

    @Test
    void aCodeUsedTwiceEndsTheSession() {
        RawClient client = client().signedIn();

        assertThat(client.redeem().text("error")).isEqualTo("invalid_grant");

        assertThat(server.sessions()).isEmpty();
    }

    @Test
    void aWrongVerifierBurnsTheCode() {
        RawClient client = client();
        client.push();
        client.browse();
        String right = client.verifier;
        client.verifier = Ids.random() + Ids.random();
        assertThat(client.redeem().text("error")).isEqualTo("invalid_grant");
        client.verifier = right;

        assertThat(client.redeem().text("error")).isEqualTo("invalid_grant");

        assertThat(server.sessions()).isEmpty();
    }

    @Test
    void aDocumentIsKnownForTenMinutes() {
        RawClient client = client().signedIn();
        client.document.remove("jwks");
        clock.advance(Duration.ofMinutes(9));
        assertThat(client.refresh().status).isEqualTo(200);
        clock.advance(Duration.ofMinutes(2));

        assertThat(client.refresh().text("error")).isEqualTo("invalid_client_metadata");
    }
}
