package dev.latchkey.it.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.Revocation;
import dev.latchkey.auth.SignOut;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.TlsCredential;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.registration.ClientMetadata;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.it.Transport;
import dev.latchkey.it.tls.TestAuthority;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Mutual TLS at a certified provider (RFC 8705), which asks for certificates at a port of its own: all goes by {@code
 * mtls_endpoint_aliases}.
 */
@WithProvider
@ParameterizedClass
@EnumSource(Transport.class)
final class CertifiedTlsIT {

    private final CertifiedProvider provider;
    private final HttpTransport transport;
    private final TlsCredential credential;
    private final TlsCredential strangers;
    private final Visit visit;

    CertifiedTlsIT(Transport kind, CertifiedProvider provider) {
        this.provider = provider;
        this.transport = kind.trusting(provider.trust());
        this.credential = credential(kind, TestAuthority.APPLICATION);
        this.strangers = credential(kind, TestAuthority.STRANGER);
        this.visit = new Visit(provider);
    }

    private TlsCredential credential(Transport kind, String name) {
        return TlsCredential.of(provider.authority().chain(name), kind.trusting(provider.trustPresenting(name)));
    }

    @AfterEach
    void close() {
        transport.close();
        credential.transport().close();
        strangers.transport().close();
    }

    private OAuthClientBuilder client(ClientMetadata.Builder metadata, ClientAuthentication authentication) {
        Applicant applicant = Applicant.es256(transport);
        return applicant
                .client(
                        provider.fapi(),
                        applicant.register(
                                provider.fapi(),
                                metadata.member("tls_client_certificate_bound_access_tokens", true)
                                        .build()),
                        authentication)
                .binding(TokenBinding.certificate(credential))
                .security(SecurityProfile.FAPI2);
    }

    private OAuthClientBuilder byItsAuthority(ClientAuthentication authentication) {
        return client(
                Applicant.es256(transport)
                        .metadata()
                        .tokenEndpointAuthMethod("tls_client_auth")
                        .member("tls_client_auth_subject_dn", "CN=" + TestAuthority.APPLICATION),
                authentication);
    }

    @Test
    void aCertificateOfAnAuthorityAuthenticatesTheClientAndBindsItsTokens() throws IOException {
        signsInAndOut(byItsAuthority(ClientAuthentication.tls(credential)).build());
    }

    @Test
    void aCertificateThatIsRegisteredAuthenticatesTheClientAndBindsItsTokens() throws IOException {
        signsInAndOut(client(
                        Applicant.es256(transport)
                                .certified(credential.certificate())
                                .metadata()
                                .tokenEndpointAuthMethod("self_signed_tls_client_auth"),
                        ClientAuthentication.selfSignedTls(credential))
                .build());
    }

    private void signsInAndOut(OAuthClient client) throws IOException {
        SignIn signIn = visit.signIn(client, "bob");

        TokenSource tokens = client.tokens(signIn.account(), Visit.SCOPES);
        AccessToken first = tokens.token();
        assertThat(client.introspect(first).confirmation()).containsEntry("x5t#S256", credential.thumbprint());
        assertThat(client.userInfo(tokens, "bob").text("family_name")).contains("Baker");
        assertThat(Visit.statusWithBearer(transport, client, first)).isEqualTo(401);

        AccessToken second = tokens.get(TokenOptions.NONE.forceRefresh()).token();
        assertThat(second).isNotEqualTo(first);
        RefreshToken last =
                client.accounts().revealRefreshToken(signIn.account()).orElseThrow();
        assertThat(client.accounts()
                        .remove(signIn.account(), SignOut.AND_AT_SERVER)
                        .revocation())
                .isSameAs(Revocation.DONE);
        assertThat(client.introspect(last).isActive()).isFalse();
    }

    @Test
    void anotherCertificateOfTheSameAuthorityIsRefused() {
        OAuthClient client = byItsAuthority(ClientAuthentication.tls(strangers)).build();

        assertThatThrownBy(() -> client.authorize(Visit.request().build()))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.error().orElseThrow().code()).isEqualTo("invalid_client"));
    }
}
