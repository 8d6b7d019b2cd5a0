package dev.latchkey.auth.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntraAuthorityTest {

    private static final String TENANT = "3aa4a235-b6e2-48d5-9195-7fcf05b459b0";

    @Test
    void knowsATenantByGuidWithoutDiscovery() {
        AuthorizationServerMetadata server = known(Entra.tenant(TENANT));

        String authority = "https://login.microsoftonline.com/" + TENANT;
        assertThat(server.issuer()).isEqualTo(authority + "/v2.0");
        assertThat(server.authorizationEndpoint()).hasValue(URI.create(authority + "/oauth2/v2.0/authorize"));
        assertThat(server.tokenEndpoint()).hasValue(URI.create(authority + "/oauth2/v2.0/token"));
        assertThat(server.deviceAuthorizationEndpoint()).hasValue(URI.create(authority + "/oauth2/v2.0/devicecode"));
        assertThat(server.jwksUri()).hasValue(URI.create(authority + "/discovery/v2.0/keys"));
        assertThat(server.member("end_session_endpoint")).hasValue(authority + "/oauth2/v2.0/logout");
        assertThat(server.userinfoEndpoint()).hasValue(URI.create("https://graph.microsoft.com/oidc/userinfo"));
    }

    @ParameterizedTest
    @CsvSource({
        "common, {tenantid}",
        "organizations, {tenantid}",
        "consumers, 9188040d-6c67-4c5b-b112-36a304b66dad",
    })
    void knowsTheSharedAuthoritiesWithoutDiscovery(String name, String issuing) {
        AuthorizationServerMetadata server = known(shared(name));

        assertThat(server.issuer()).isEqualTo("https://login.microsoftonline.com/" + issuing + "/v2.0");
        assertThat(server.tokenEndpoint())
                .hasValue(URI.create("https://login.microsoftonline.com/" + name + "/oauth2/v2.0/token"));
    }

    @ParameterizedTest
    @CsvSource({
        "login.microsoftonline.com, https://login.microsoftonline.com, https://graph.microsoft.com",
        "login.windows.net, https://login.microsoftonline.com, https://graph.microsoft.com",
        "login.microsoft.com, https://login.microsoftonline.com, https://graph.microsoft.com",
        "STS.windows.net, https://login.microsoftonline.com, https://graph.microsoft.com",
        "login.microsoftonline.us, https://login.microsoftonline.us, https://graph.microsoft.us",
        "login.usgovcloudapi.net, https://login.microsoftonline.us, https://graph.microsoft.us",
        "login.partner.microsoftonline.cn, https://login.partner.microsoftonline.cn,"
                + " https://microsoftgraph.chinacloudapi.cn",
        "login.chinacloudapi.cn, https://login.partner.microsoftonline.cn, https://microsoftgraph.chinacloudapi.cn",
        "login.sovcloud-identity.fr, https://login.sovcloud-identity.fr, https://graph.svc.sovcloud.fr",
        "login.sovcloud-identity.de, https://login.sovcloud-identity.de, https://graph.svc.sovcloud.de",
        "login.sovcloud-identity.sg, https://login.sovcloud-identity.sg, https://graph.svc.sovcloud.sg",
    })
    void takesTheAliasesOfALoginHostForOneCloud(String alias, String login, String graph) {
        EntraCloud cloud = EntraCloud.byLoginHost(alias).orElseThrow();

        AuthorizationServerMetadata server = known(Entra.tenant(TENANT).cloud(cloud));
        assertThat(server.issuer()).isEqualTo(login + "/" + TENANT + "/v2.0");
        assertThat(server.tokenEndpoint()).hasValue(URI.create(login + "/" + TENANT + "/oauth2/v2.0/token"));
        assertThat(server.userinfoEndpoint()).hasValue(URI.create(graph + "/oidc/userinfo"));
        assertThat(cloud.graphDefault()).hasToString(graph + "/.default");
    }

    @Test
    void tellsL5FromL4ByItsGraph() {
        assertThat(EntraCloud.US_GOVERNMENT_DOD.login()).isEqualTo(EntraCloud.US_GOVERNMENT.login());
        assertThat(EntraCloud.US_GOVERNMENT_DOD.graphDefault()).hasToString("https://dod-graph.microsoft.us/.default");
        assertThat(EntraCloud.US_GOVERNMENT_DOD).isNotEqualTo(EntraCloud.US_GOVERNMENT);
        assertThat(EntraCloud.known()).hasSize(7).doesNotHaveDuplicates();
    }

    @Test
    void knowsNoOtherLoginHost() {
        assertThat(EntraCloud.byLoginHost("login.microsoftonline.com.evil.example"))
                .isEmpty();
        assertThat(EntraCloud.byLoginHost("login.example")).isEmpty();
    }

    @Test
    void asksForGraphByTheCloudsOwnName() {
        assertThat(Entra.graphDefault()).hasToString("https://graph.microsoft.com/.default");
        assertThat(EntraCloud.CHINA.graphScopes("User.Read", "Mail.Read"))
                .hasToString("https://microsoftgraph.chinacloudapi.cn/User.Read"
                        + " https://microsoftgraph.chinacloudapi.cn/Mail.Read");
    }

    @Test
    void readsTheMetadataOfATenantByDomainWhereTheTenantIsNamed() {
        Discovery discovery = Entra.tenant("Contoso.com").discovery();

        assertThat(discovery.known()).isEmpty();
        assertThat(discovery.location())
                .hasValue(URI.create(
                        "https://login.microsoftonline.com/contoso.com/v2.0/.well-known/openid-configuration"));
        assertThat(discovery.accepts("https://login.microsoftonline.com/" + TENANT + "/v2.0"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://login.microsoftonline.com/{tenantid}/v2.0",
                "https://login.microsoftonline.com/contoso.com/v2.0",
                "https://login.microsoftonline.com/3AA4A235-B6E2-48D5-9195-7FCF05B459B0/v2.0",
                "https://login.microsoftonline.com/3aa4a235-b6e2-48d5-9195-7fcf05b459b0/v2.0/",
                "https://login.microsoftonline.com/3aa4a235-b6e2-48d5-9195-7fcf05b459b0",
                "https://login.microsoftonline.com/v2.0",
                "https://login.microsoftonline.com/x/3aa4a235-b6e2-48d5-9195-7fcf05b459b0/v2.0",
                "https://login.microsoftonline.us/3aa4a235-b6e2-48d5-9195-7fcf05b459b0/v2.0",
                "https://login.microsoftonline.com.evil.example/3aa4a235-b6e2-48d5-9195-7fcf05b459b0/v2.0",
                "",
            })
    void refusesADocumentWhoseIssuerIsNoTenantOfTheCloud(String issuer) {
        Discovery discovery = Entra.tenant("contoso.com").discovery();

        assertThat(discovery.accepts(issuer)).isFalse();
        assertThat(discovery.expectation()).contains("login.microsoftonline.com/<the tenant's GUID>/v2.0");
    }

    @Test
    void takesAGuidInAnyCaseForOneTenant() {
        assertThat(known(Entra.tenant("3AA4A235-B6E2-48D5-9195-7FCF05B459B0"))).isEqualTo(known(Entra.tenant(TENANT)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "common",
                "organizations",
                "contoso",
                "con toso.com",
                "contoso.com/evil",
                "contoso..com",
                ".com",
                "contoso.com?x=y",
                "../common.x/",
                "3aa4a235b6e248d591957fcf05b459b0",
            })
    void refusesATenantThatIsNeitherGuidNorDomain(String tenant) {
        assertThatThrownBy(() -> Entra.tenant(tenant))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("tenant must be a GUID or a domain")
                .hasMessageContaining("common()");
    }

    @Test
    void speaksToAHostThatTheApplicationVouchesFor() {
        EntraCloud cloud = EntraCloud.vouchedFor(URI.create("https://127.0.0.1:8443/entra/"));

        AuthorizationServerMetadata server = known(Entra.tenant(TENANT).cloud(cloud));
        assertThat(server.issuer()).isEqualTo("https://127.0.0.1:8443/entra/" + TENANT + "/v2.0");
        assertThat(server.tokenEndpoint())
                .hasValue(URI.create("https://127.0.0.1:8443/entra/" + TENANT + "/oauth2/v2.0/token"));
        assertThat(server.userinfoEndpoint()).isEmpty();
        assertThat(cloud.graphDefault()).isEqualTo(Entra.graphDefault());
        assertThat(Entra.tenant("contoso.example").cloud(cloud).discovery().location())
                .hasValue(URI.create(
                        "https://127.0.0.1:8443/entra/contoso.example/v2.0/.well-known/openid-configuration"));
    }

    @Test
    void namesAVouchedForGraphByItsAddress() {
        EntraCloud cloud =
                EntraCloud.vouchedFor(URI.create("http://localhost:8080"), URI.create("https://graph.example/"));

        assertThat(cloud.graphDefault()).hasToString("https://graph.example/.default");
        assertThat(cloud.graph()).isEqualTo(URI.create("https://graph.example"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://login.windows.net, known cloud",
        "https://LOGIN.microsoftonline.com:8443, known cloud",
        "ftp://login.example, https address",
        "/relative, https address",
        "https://login.example?x=y, neither a query",
        "https://user@login.example, user information",
    })
    void vouchesForNothingThatIsNoBase(String login, String problem) {
        assertThatThrownBy(() -> EntraCloud.vouchedFor(URI.create(login)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("login")
                .hasMessageContaining(problem);
    }

    @Test
    void printsWhomItIsFor() {
        assertThat(Entra.organizations().cloud(EntraCloud.US_GOVERNMENT))
                .hasToString("Entra[organizations at login.microsoftonline.us]");
    }

    private static AuthorizationServerMetadata known(Entra entra) {
        return entra.discovery().known().orElseThrow();
    }

    private static Entra shared(String name) {
        switch (name) {
            case "common":
                return Entra.common();
            case "organizations":
                return Entra.organizations();
            default:
                return Entra.consumers();
        }
    }
}
