package dev.latchkey.it.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.jose.JwtAuthentication;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.it.Transport;
import dev.latchkey.it.atproto.lab.Seen;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The client of any OAuth server, without a word about the AT Protocol, keeps the laboratory's rules as it is. */
@ParameterizedClass
@EnumSource(Transport.class)
final class PlainClientTest {

    private static final String CLIENT_ID = "https://app.test/client-metadata.json";
    private static final URI CALLBACK = URI.create("https://app.test/callback");
    private static final Scopes SCOPES = Scopes.of("atproto", "transition:generic");
    private static final URI SESSION = URI.create("https://pds.test/xrpc/com.atproto.server.getSession");

    private final World world = new World();
    private final HttpTransport transport;
    private final ECKey key = newKey();

    PlainClientTest(Transport kind) {
        world.lab.host("app.test").document("/client-metadata.json", document());
        this.transport = world.transport(kind);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private static ECKey newKey() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("key-1").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private JsonObject document() {
        JsonObject document = JsonParser.parseString(
                        "{\"client_id\":\"" + CLIENT_ID + "\",\"application_type\":\"web\","
                                + "\"grant_types\":[\"authorization_code\",\"refresh_token\"],\"response_types\":[\"code\"],"
                                + "\"scope\":\"atproto transition:generic\",\"dpop_bound_access_tokens\":true,"
                                + "\"token_endpoint_auth_method\":\"private_key_jwt\",\"token_endpoint_auth_signing_alg\":\"ES256\","
                                + "\"redirect_uris\":[\"" + CALLBACK + "\"]}")
                .getAsJsonObject();
        JsonArray keys = new JsonArray();
        keys.add(JsonParser.parseString(key.toPublicJWK().toString()));
        JsonObject jwks = new JsonObject();
        jwks.add("keys", keys);
        document.add("jwks", jwks);
        return document;
    }

    private OAuthClient client() {
        ClientAuthentication authentication =
                JwtAuthentication.privateKey(SigningKey.jwk(key.toString()).build());
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.oauth("https://as.test"))
                .client(ClientId.of(CLIENT_ID), authentication)
                .binding(Dpop.create())
                .clock(world.clock)
                .build();
    }

    private SignIn signIn(OAuthClient client) {
        PendingAuthorization pending = client.authorize(AuthorizationRequest.builder(CALLBACK, SCOPES)
                .loginHint("alice.test")
                .account(AccountNaming.subject(world.alice.did()))
                .build());
        URI back = Browser.visit(world.lab, pending.uri());
        return client.complete(AuthorizationCallback.parse(back.getRawQuery()), pending.browserBinding());
    }

    private static String get(HttpTransport api, URI uri) throws IOException {
        try (TransportResponse response =
                api.send(TransportRequest.builder("GET", uri).build())) {
            return response.status() + " " + new String(response.body().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void signsInCallsRefreshesAndSignsOut() throws IOException {
        OAuthClient client = client();
        SignIn signIn = signIn(client);
        HttpTransport api = AuthorizedTransport.over(transport, client.tokens(signIn.account(), SCOPES))
                .to(URI.create("https://pds.test"));

        for (int i = 0; i < 20; i++) {
            assertThat(get(api, SESSION)).startsWith("200 {\"did\":\"" + world.alice.did());
        }
        client.tokens(signIn.account(), SCOPES).get(TokenOptions.NONE.forceRefresh());
        assertThat(get(api, SESSION)).startsWith("200 ");
        assertThat(world.server.refreshes()).isEqualTo(1);
        // Each kind of server asked for a nonce once, although it changes them every third time.
        assertThat(world.lab.log().nonceDemands())
                .extracting(Seen::what)
                .containsExactly("POST as.test/oauth/par", "GET pds.test/xrpc/com.atproto.server.getSession");
        assertThat(client.accounts()
                        .remove(signIn.account(), SignOut.AND_AT_SERVER)
                        .revocation())
                .isEqualTo(Revocation.DONE);

        assertThat(world.lab.log().to("as.test", "/oauth/revoke"))
                .extracting(Seen::note)
                .contains("revoked");
        assertThat(world.server.sessions()).isEmpty();
        assertThat(world.lab.log().violations()).isEmpty();
    }
}
