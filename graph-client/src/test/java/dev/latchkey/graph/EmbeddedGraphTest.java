package dev.latchkey.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.error.Remedy;
import dev.latchkey.auth.grant.DeviceCodeGrant;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.platform.IdentityPlatform;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.fault.Fault;
import dev.latchkey.transport.jdk.JdkTransport;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A token from the embedded platform, and its small Graph called with it, over real https. */
class EmbeddedGraphTest {

    private IdentityPlatform platform;
    private JdkTransport transport;
    private OAuthClient daemon;
    private GraphClient graph;

    @BeforeEach
    void start() {
        platform = IdentityPlatform.builder()
                .user(dev.latchkey.platform.directory.User.of("ada@contoso.example", "pw", "Ada O'Lovelace"))
                .people(7)
                .client(Client.confidential("daemon", "s3cret"))
                .client(Client.publicClient("device"))
                .start();
        transport = JdkTransport.create(platform.trust().sslContext());
        daemon = client("daemon", ClientAuthentication.secretPost(ClientSecret.of("s3cret")));
        graph = GraphClient.builder(daemon.clientCredentials(GraphCloud.GLOBAL.scope()))
                .cloud(GraphCloud.of(platform.baseUri()))
                .build();
    }

    @AfterEach
    void stop() {
        daemon.close();
        transport.close();
        platform.close();
    }

    private OAuthClient client(String id, ClientAuthentication authentication) {
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.openId(
                        platform.issuer(platform.tenant()).toString()))
                .client(ClientId.of(id), authentication)
                .build();
    }

    @Test
    void readsAllUsersOverPagesWithOneToken() {
        List<String> ids = graph.get("/users").select("id", "displayName").top(3).items(User.class).stream()
                .map(user -> user.id().orElseThrow())
                .collect(Collectors.toList());

        assertThat(ids).hasSize(8).doesNotHaveDuplicates();
        assertThat(platform.requests().to("/v1.0/users")).hasSize(3);
        assertThat(platform.requests().all().stream()
                        .filter(request -> request.path().endsWith("/token"))
                        .count())
                .isEqualTo(1);
    }

    @Test
    void filtersWithAQuoteInTheValue() {
        assertThat(graph.get("/users")
                        .filter("displayName eq {name}", "Ada O'Lovelace")
                        .items(User.class))
                .extracting(user -> user.userPrincipalName().orElseThrow())
                .containsExactly("ada@contoso.example");
    }

    @Test
    void createsChangesAndDeletes() {
        User created = graph.post(
                        "/users",
                        Map.of(
                                "displayName",
                                "Grace",
                                "userPrincipalName",
                                "grace@contoso.example",
                                "jobTitle",
                                "Admiral"))
                .as(User.class);
        String id = created.id().orElseThrow();
        JsonObject change = new JsonObject();
        change.add("jobTitle", JsonNull.INSTANCE);
        change.add("surname", new JsonPrimitive("Hopper"));
        graph.patch("/users/{id}", change, id).send();
        User changed = graph.get("/users/{id}", "grace@contoso.example").as(User.class);
        assertThat(changed.jobTitle()).isEmpty();
        assertThat(changed.surname()).contains("Hopper");
        assertThat(changed.displayName()).contains("Grace");
        graph.delete("/users/{id}", id).send();
        GraphException gone = catchThrowableOfType(
                GraphException.class, () -> graph.get("/users/{id}", id).as(User.class));
        assertThat(gone.isNotFound()).isTrue();
        assertThat(gone.code()).isEqualTo("Request_ResourceNotFound");
        assertThat(gone.requestId()).isPresent();
    }

    @Test
    void readsTheUserWhoSignedInWithABareToken() {
        OAuthClient client = client("device", ClientAuthentication.none());
        DeviceAuthorization device = client.authorizeDevice(Scopes.of("User.Read"));
        platform.devices().approve(platform.devices().latestUserCode().orElseThrow(), "ada@contoso.example");
        AccessToken token =
                client.request(DeviceCodeGrant.of(device.deviceCode())).accessToken();
        User me = GraphClient.builder(transport, TokenSource.of(token))
                .cloud(GraphCloud.of(platform.baseUri()))
                .build()
                .me();
        assertThat(me.displayName()).contains("Ada O'Lovelace");
        client.close();
    }

    @Test
    void keepsGraphsErrorAndWhatItAsks() {
        GraphException refused = catchThrowableOfType(GraphException.class, graph::me);
        assertThat(refused.status()).isEqualTo(400);
        platform.faults()
                .next(
                        "/v1.0/users",
                        Fault.tooManyRequests(Duration.ofSeconds(17)),
                        Fault.html(),
                        Fault.resetAfterProcessing());
        GraphRequest users = graph.get("/users");
        GraphException throttled = catchThrowableOfType(GraphException.class, users::json);
        assertThat(throttled.isThrottled()).isTrue();
        assertThat(throttled.retryAfter()).contains(Duration.ofSeconds(17));
        GraphException html = catchThrowableOfType(GraphException.class, users::json);
        assertThat(html.kind()).isEqualTo(GraphException.Kind.INVALID_RESPONSE);
        GraphException reset = catchThrowableOfType(GraphException.class, graph.post("/users", new JsonObject())::json);
        assertThat(reset.kind()).isEqualTo(GraphException.Kind.NETWORK);
        assertThat(reset.safeToRetry()).isFalse();
        assertThat(reset.remedy()).isEqualTo(Remedy.RETRY);
    }

    @Test
    void followsNoRedirectWithTheToken() {
        platform.faults().next("/v1.0/users", Fault.redirect(307, URI.create(platform.baseUri() + "/v1.0/elsewhere")));
        GraphException redirect = catchThrowableOfType(GraphException.class, graph.get("/users")::json);
        assertThat(redirect.status()).isEqualTo(307);
        assertThat(platform.requests().to("/v1.0/elsewhere")).isEmpty();
    }
}
