package dev.latchkey.auth.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntraRequestTest {

    private static final String TENANT = "3aa4a235-b6e2-48d5-9195-7fcf05b459b0";

    @ParameterizedTest
    @EnumSource(RequestKind.class)
    void asksForClientInfo(RequestKind kind) {
        RequestDraft draft = prepared(Entra.common(), kind, Parameters.of("scope", "User.Read"));

        assertThat(draft.parameters())
                .isEqualTo(Parameters.of("scope", "User.Read").with("client_info", "1"));
    }

    @Test
    void namesEachRequestAfresh() {
        AtomicInteger counter = new AtomicInteger();
        Entra entra = Entra.tenant(TENANT).clientRequestIds(() -> new UUID(0, counter.incrementAndGet()));

        RequestDraft token = prepared(entra, RequestKind.TOKEN, Parameters.of("grant_type", "refresh_token"));
        RequestDraft device = prepared(entra, RequestKind.DEVICE_AUTHORIZATION, Parameters.NONE);

        assertThat(token.headers().first("client-request-id")).hasValue("00000000-0000-0000-0000-000000000001");
        assertThat(token.headers().first("return-client-request-id")).hasValue("true");
        assertThat(device.headers().first("client-request-id")).hasValue("00000000-0000-0000-0000-000000000002");
        assertThat(device.headers().first("return-client-request-id")).hasValue("true");
    }

    @Test
    void namesRequestsByItselfToo() {
        RequestDraft first = prepared(Entra.common(), RequestKind.TOKEN, Parameters.NONE);
        RequestDraft second = prepared(Entra.common(), RequestKind.TOKEN, Parameters.NONE);

        assertThat(UUID.fromString(first.headers().first("client-request-id").orElseThrow()))
                .isNotEqualTo(UUID.fromString(
                        second.headers().first("client-request-id").orElseThrow()));
    }

    @Test
    void setsNoHeaderOnARequestThatGoesThroughTheBrowser() {
        RequestDraft draft = prepared(Entra.common(), RequestKind.AUTHORIZATION, Parameters.NONE);

        assertThat(draft.headers().asMap()).isEmpty();
    }

    @Test
    void takesAPasswordRequestToWhereTheUserIs() {
        Parameters password = Parameters.of("grant_type", "password").with("username", "ada@contoso.com");

        RequestDraft draft = prepared(Entra.tenant(TENANT), RequestKind.TOKEN, password);

        assertThat(draft.headers().first("X-AnchorMailbox")).hasValue("UPN:ada@contoso.com");
        assertThat(draft.toString()).doesNotContain("ada@contoso.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"zoë@contoso.com", "a b", "x\r\nEvil: 1", ""})
    void leavesOutAUserNameThatIsNoHeaderValue(String username) {
        Parameters password = Parameters.of("grant_type", "password").with("username", username);

        RequestDraft draft = prepared(Entra.tenant(TENANT), RequestKind.TOKEN, password);

        assertThat(draft.headers().first("X-AnchorMailbox")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"})
    void refusesClientCredentialsWithoutARealTenant(String authority) {
        Entra entra = authority.equals("common")
                ? Entra.common()
                : authority.equals("organizations")
                        ? Entra.organizations()
                        : authority.equals("consumers") ? Entra.consumers() : Entra.tenant(authority);

        assertThatThrownBy(() -> prepared(entra, RequestKind.TOKEN, Parameters.of("grant_type", "client_credentials")))
                .isInstanceOfSatisfying(ConfigurationException.class, e -> {
                    assertThat(e.field()).isEqualTo("tenant");
                    assertThat(e)
                            .hasMessageContaining("Client credentials need a real tenant")
                            .hasMessageContaining(authority);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {TENANT, "contoso.com"})
    void sendsClientCredentialsToARealTenant(String tenant) {
        Parameters grant = Parameters.of("grant_type", "client_credentials")
                .with("scope", Entra.graphDefault().toString());

        RequestDraft draft = prepared(Entra.tenant(tenant), RequestKind.TOKEN, grant);

        assertThat(draft.parameters()).isEqualTo(grant.with("client_info", "1"));
    }

    @Test
    void hintsAtTheUsersOrganisation() {
        assertThat(Entra.domainHint("contoso.com").parameters()).isEqualTo(Parameters.of("domain_hint", "contoso.com"));
    }

    private static RequestDraft prepared(Entra entra, RequestKind kind, Parameters parameters) {
        AuthorizationServerMetadata server = entra.discovery()
                .known()
                .orElseGet(() -> AuthorizationServerMetadata.builder(
                                "https://login.microsoftonline.com/" + TENANT + "/v2.0")
                        .build());
        RequestDraft draft = RequestDraft.of(
                kind, URI.create("https://login.microsoftonline.com/x"), server, ClientId.of("app"), parameters);
        entra.prepare(draft);
        return draft;
    }
}
