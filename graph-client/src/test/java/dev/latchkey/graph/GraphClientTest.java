package dev.latchkey.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.testkit.ScriptedTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.auth.token.TokenType;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphClientTest {

    private final ScriptedTransport transport = ScriptedTransport.create();
    private final AccessToken token = AccessToken.bearer("secret-token-marker");

    @Test
    void usesTheTransportOfTheTokenSource() {
        transport.answers(200, "application/json", "{\"id\":\"1\"}");
        TokenSource tokens = new TokenSource() {
            @Override
            public AccessToken token() {
                return token;
            }

            @Override
            public Optional<HttpTransport> transport() {
                return Optional.of(transport);
            }
        };
        assertThat(GraphClient.create(tokens).me().id()).contains("1");
        assertThat(transport.onlyRequest().header("authorization")).contains("Bearer secret-token-marker");
        assertThat(UUID.fromString(
                        transport.onlyRequest().header("client-request-id").orElseThrow()))
                .isNotNull();
    }

    @Test
    void saysWhatToDoAboutATokenSourceWithoutTransport() {
        assertThatThrownBy(() -> GraphClient.create(TokenSource.of(token)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("GraphClient.create(transport, tokens)");
    }

    @Test
    void worksWithABareToken() {
        transport.answers(200, "application/json", "{\"id\":\"1\"}");
        assertThat(GraphClient.create(transport, token).me().id()).contains("1");
    }

    @Test
    void asksForATokenAtEveryRequest() {
        transport.answers(200, "application/json", "{}").answers(200, "application/json", "{}");
        int[] calls = {0};
        GraphClient graph = GraphClient.create(transport, () -> AccessToken.bearer("t" + ++calls[0]));
        graph.me();
        graph.me();
        assertThat(transport.requests())
                .extracting(request -> request.header("authorization").orElseThrow())
                .containsExactly("Bearer t1", "Bearer t2");
    }

    @Test
    void letsTheFailureToGetATokenThrough() {
        ConfigurationException failure = new ConfigurationException("client_secret", "expired");
        GraphClient graph = GraphClient.create(transport, () -> {
            throw failure;
        });
        assertThatThrownBy(graph::me).isSameAs(failure);
        assertThat(transport.requests()).isEmpty();
    }

    @Test
    void sendsNoBoundTokenAsABearer() {
        AccessToken bound = AccessToken.of("t", TokenType.DPOP, null, Scopes.NONE);
        assertThatThrownBy(() -> GraphClient.create(transport, bound).me()).isInstanceOf(ConfigurationException.class);
        assertThat(transport.requests()).isEmpty();
    }

    @Test
    void knowsTheClouds() {
        assertThat(GraphCloud.GLOBAL.root()).hasToString("https://graph.microsoft.com");
        assertThat(GraphCloud.US_GOV.root()).hasToString("https://graph.microsoft.us");
        assertThat(GraphCloud.US_GOV_DOD.root()).hasToString("https://dod-graph.microsoft.us");
        assertThat(GraphCloud.CHINA.root()).hasToString("https://microsoftgraph.chinacloudapi.cn");
        assertThat(GraphCloud.CHINA.scope()).isEqualTo(Scopes.of("https://microsoftgraph.chinacloudapi.cn/.default"));
        assertThat(GraphCloud.of(URI.create("HTTPS://Graph.Microsoft.com:443/")))
                .isEqualTo(GraphCloud.GLOBAL);
    }

    @Test
    void callsItsCloudInItsVersionWithItsTimeout() {
        transport.answers(200, "application/json", "{}");
        GraphClient graph = GraphClient.builder(transport, TokenSource.of(token))
                .cloud(GraphCloud.CHINA)
                .version(GraphVersion.BETA)
                .timeout(Duration.ofSeconds(5))
                .build();
        graph.me();
        assertThat(transport.onlyRequest().uri()).hasToString("https://microsoftgraph.chinacloudapi.cn/beta/me");
        assertThat(transport.onlyRequest().timeout()).isEqualTo(Duration.ofSeconds(5));
        assertThatThrownBy(() -> graph.link("https://graph.microsoft.com/beta/me"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void callsAGatewayWithAPath() {
        transport.answers(200, "application/json", "{}");
        GraphClient.builder(transport, TokenSource.of(token))
                .cloud(GraphCloud.of(URI.create("https://gateway.example/graph/")))
                .build()
                .me();
        assertThat(transport.onlyRequest().uri()).hasToString("https://gateway.example/graph/v1.0/me");
    }

    @Test
    void t1AllowsHttpOnThisMachineOnlyAndOnlyLoudly() {
        GraphCloud local = GraphCloud.of(URI.create("http://127.0.0.1:8080"));
        GraphCloud remote = GraphCloud.of(URI.create("http://graph.example"));
        GraphClient.Builder builder = GraphClient.builder(transport, TokenSource.of(token));
        assertThatThrownBy(() -> builder.cloud(local).build())
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("dangerouslyAllowHttp");
        builder.dangerouslyAllowHttp();
        assertThatThrownBy(() -> builder.cloud(remote).build()).isInstanceOf(ConfigurationException.class);
        transport.answers(200, "application/json", "{}");
        builder.cloud(local).build().me();
        assertThat(transport.onlyRequest().uri()).hasToString("http://127.0.0.1:8080/v1.0/me");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://x", "/x", "https:///x", "https://u@x", "https://x?q", "https://x#f"})
    void refusesARootThatIsNone(String root) {
        assertThatThrownBy(() -> GraphCloud.of(URI.create(root))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesSettingsThatCannotBe() {
        GraphClient.Builder builder = GraphClient.builder(transport, TokenSource.of(token));
        assertThatThrownBy(() -> builder.timeout(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.maxBodyBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GraphVersion.of("../x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.build().request("GET IT", "/me")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.build().get("/users").top(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> builder.build().get("/users").select()).isInstanceOf(IllegalArgumentException.class);
    }
}
