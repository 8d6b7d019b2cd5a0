package dev.latchkey.auth.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.token.Scopes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntraResourceTest {

    @ParameterizedTest
    @CsvSource({
        "https://graph.microsoft.com/User.Read, https://graph.microsoft.com",
        "https://graph.microsoft.com/.default, https://graph.microsoft.com",
        "User.Read, https://graph.microsoft.com",
        "User.Read Mail.Read openid offline_access, https://graph.microsoft.com",
        "User.Read https://graph.microsoft.com/Mail.Read, https://graph.microsoft.com",
        "api://5e7e1c1a-0f5c-4f9d-8a3e-000000000001/access_as_user, api://5e7e1c1a-0f5c-4f9d-8a3e-000000000001",
        "5e7e1c1a-0f5c-4f9d-8a3e-000000000001/.default, 5e7e1c1a-0f5c-4f9d-8a3e-000000000001",
        "https://management.azure.com//.default, https://management.azure.com/",
        "https://contoso.com/api/v1/read, https://contoso.com/api/v1",
    })
    void tellsTheResourceOfScopes(String scopes, String resource) {
        assertThat(Entra.common().resource(Scopes.parse(scopes))).hasValue(resource);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "openid", "openid profile email offline_access"})
    void knowsNoResourceOfOpenIdScopes(String scopes) {
        assertThat(Entra.common().resource(Scopes.parse(scopes))).isEmpty();
    }

    @Test
    void takesShortNamesForTheCloudsOwnGraph() {
        assertThat(Entra.common().cloud(EntraCloud.CHINA).resource(Scopes.of("User.Read")))
                .hasValue("https://microsoftgraph.chinacloudapi.cn");
    }

    @Test
    void refusesScopesOfSeveralResources() {
        Scopes scopes = Scopes.parse("openid User.Read https://vault.azure.net/.default");

        assertThatThrownBy(() -> Entra.common().resource(scopes))
                .isInstanceOfSatisfying(
                        ConfigurationException.class, e -> assertThat(e.field()).isEqualTo("scope"))
                .hasMessageContaining("https://graph.microsoft.com and https://vault.azure.net");
    }
}
