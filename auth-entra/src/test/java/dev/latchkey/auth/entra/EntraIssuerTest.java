package dev.latchkey.auth.entra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** I1: the issuer is one text, or follows from an explicit template and the token's own tenant. */
class EntraIssuerTest {

    private static final String LOGIN = "https://login.microsoftonline.com/";
    private static final String OURS = "3aa4a235-b6e2-48d5-9195-7fcf05b459b0";
    private static final String THEIRS = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    private static final String PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad";

    @Test
    void i1_acceptsTheIssuerOfTheOneTenant() {
        Entra entra = Entra.tenant(OURS);

        assertThat(accepts(entra, LOGIN + OURS + "/v2.0", OURS)).isTrue();
        assertThat(accepts(entra, LOGIN + OURS + "/v2.0", null)).isTrue();
    }

    @Test
    void i1_refusesAnotherTenantsIssuer() {
        Entra entra = Entra.tenant(OURS);

        assertThat(accepts(entra, LOGIN + THEIRS + "/v2.0", THEIRS)).isFalse();
        assertThat(accepts(entra, LOGIN + OURS + "/v2.0", THEIRS)).isFalse();
        assertThat(accepts(entra, LOGIN + OURS + "/v2.0", "")).isFalse();
        assertThat(accepts(entra, LOGIN + THEIRS + "/v2.0", OURS)).isFalse();
        assertThat(accepts(entra, LOGIN + OURS + "/v2.0/", OURS)).isFalse();
        assertThat(accepts(entra, "https://sts.windows.net/" + OURS + "/", OURS))
                .isFalse();
    }

    @Test
    void i1_bindsTheTemplateToTheTokensOwnTenant() {
        for (Entra entra : new Entra[] {Entra.common(), Entra.organizations()}) {
            assertThat(accepts(entra, LOGIN + THEIRS + "/v2.0", THEIRS)).isTrue();
            assertThat(accepts(entra, LOGIN + THEIRS + "/v2.0", OURS)).isFalse();
            assertThat(accepts(entra, LOGIN + THEIRS + "/v2.0", null)).isFalse();
            assertThat(accepts(entra, LOGIN + "{tenantid}/v2.0", null)).isFalse();
            assertThat(accepts(entra, LOGIN + "{tenantid}/v2.0", "{tenantid}")).isFalse();
            assertThat(accepts(entra, LOGIN + "x/../" + OURS + "/v2.0", "x/../" + OURS))
                    .isFalse();
            assertThat(accepts(entra, "https://login.microsoftonline.us/" + OURS + "/v2.0", OURS))
                    .isFalse();
        }
    }

    @Test
    void i1_refusesTenantsThatAreNotAllowed() {
        Entra entra = Entra.common().allowedTenants(OURS, THEIRS.toUpperCase(java.util.Locale.ROOT));

        assertThat(accepts(entra, LOGIN + OURS + "/v2.0", OURS)).isTrue();
        assertThat(accepts(entra, LOGIN + THEIRS + "/v2.0", THEIRS)).isTrue();
        assertThat(accepts(entra, LOGIN + PERSONAL + "/v2.0", PERSONAL)).isFalse();
    }

    @Test
    void i1_keepsTheAllowedTenantsWhateverElseIsChosenLater() {
        Entra entra = Entra.common()
                .allowedTenants(OURS)
                .cloud(EntraCloud.US_GOVERNMENT)
                .cloud(EntraCloud.GLOBAL);

        assertThat(accepts(entra, LOGIN + THEIRS + "/v2.0", THEIRS)).isFalse();
    }

    @Test
    void i1_checksTheAllowedTenantsOfATenantByDomainToo() {
        Entra entra = Entra.tenant("contoso.com").allowedTenants(OURS);

        assertThat(entra.acceptsIssuer(discovered(THEIRS), claims(LOGIN + THEIRS + "/v2.0", THEIRS)))
                .isFalse();
        assertThat(entra.acceptsIssuer(discovered(OURS), claims(LOGIN + OURS + "/v2.0", OURS)))
                .isTrue();
    }

    @Test
    void i1_letsNoPersonalAccountIntoOrganizations() {
        assertThat(accepts(Entra.common(), LOGIN + PERSONAL + "/v2.0", PERSONAL))
                .isTrue();
        assertThat(accepts(Entra.consumers(), LOGIN + PERSONAL + "/v2.0", PERSONAL))
                .isTrue();
        assertThat(accepts(Entra.organizations(), LOGIN + PERSONAL + "/v2.0", PERSONAL))
                .isFalse();
        assertThat(accepts(Entra.consumers(), LOGIN + OURS + "/v2.0", OURS)).isFalse();
    }

    @Test
    void l1_aLogoutTokenMayComeFromAnAllowedTenantAndNoOther() {
        Entra shared = Entra.organizations().allowedTenants(OURS);
        AuthorizationServerMetadata authority = shared.discovery().known().orElseThrow();

        assertThat(shared.servesIssuer(authority, LOGIN + OURS + "/v2.0")).isTrue();
        for (String issuer : new String[] {
            "",
            LOGIN + THEIRS + "/v2.0",
            LOGIN + OURS + "/v2.0/",
            LOGIN + "{tenantid}/v2.0",
            "https://login.microsoftonline.us/" + OURS + "/v2.0"
        }) {
            assertThat(shared.servesIssuer(authority, issuer)).as(issuer).isFalse();
        }
        Entra one = Entra.tenant(OURS);
        AuthorizationServerMetadata tenant = one.discovery().known().orElseThrow();
        assertThat(one.servesIssuer(tenant, LOGIN + OURS + "/v2.0")).isTrue();
        assertThat(one.servesIssuer(tenant, LOGIN + THEIRS + "/v2.0")).isFalse();
    }

    @Test
    void refusesAllowedTenantsThatNoTokenCouldName() {
        assertThatThrownBy(() -> Entra.common().allowedTenants("contoso.com"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("allowedTenants must be GUIDs");
        assertThatThrownBy(() -> Entra.common().allowedTenants())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one");
    }

    private static boolean accepts(Entra entra, String issuer, String tid) {
        return entra.acceptsIssuer(entra.discovery().known().orElseThrow(), claims(issuer, tid));
    }

    private static AuthorizationServerMetadata discovered(String tenant) {
        return AuthorizationServerMetadata.builder(LOGIN + tenant + "/v2.0").build();
    }

    private static IdTokenClaims claims(String issuer, String tid) {
        Map<String, Object> claims = new HashMap<>(Map.of("iss", issuer, "sub", "s"));
        if (tid != null) {
            claims.put("tid", tid);
        }
        return IdTokenClaims.of("RS256", claims);
    }
}
