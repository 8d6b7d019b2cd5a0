package dev.latchkey.auth.jose;

import static dev.latchkey.auth.jose.IdTokenSignatureTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import java.io.ByteArrayInputStream;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9068 §4. */
class AccessTokensTest {

    private static final String API = "https://api.example.com";

    private static final String CLIENT_CERTIFICATE =
            "MIIBPTCB5KADAgECAgkAoK2O7Y0UKqkwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAxMHY2xpZW50MTAgFw0yNjExMjcyMjU4MDhaGA8y"
                    + "MTI2MTEwMzIyNTgwOFowEjEQMA4GA1UEAxMHY2xpZW50MTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCPQC7BlOA86SHgBAOsU"
                    + "PS3vJ2p8XBdU479gGf6S+O1Fj5viyCLpbRCtQmxvCItxdkjLTfTnxCZO5dGzaFVfGYGjITAfMB0GA1UdDgQWBBSkOs26HwSjnu8S"
                    + "WAqCQdW0QgkS8zAKBggqhkjOPQQDAgNIADBFAiEArEfpbE35bI/akbQ6ZTuwnR7AmQMHjzB5HZQVN8pMJtICIEBZQcVpNiRAZGHJ"
                    + "ge1c5E2Mpdtn3+Ktd9fy1MMQtQ9K";
    private static final String OTHER_CERTIFICATE =
            "MIIBPTCB5KADAgECAgkAy3+bhe12HzIwCgYIKoZIzj0EAwIwEjEQMA4GA1UEAxMHY2xpZW50MjAgFw0yNjExMjcyMjU4MTVaGA8y"
                    + "MTI2MTEwMzIyNTgxNVowEjEQMA4GA1UEAxMHY2xpZW50MjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCEYv6WGguTsIV9J74fG"
                    + "JeyDgnMhb+iHhJlaBepZOQlK6nl1odfydmhfqjt0VzmLVodGAL7GJafHPt3SzBz+XUSjITAfMB0GA1UdDgQWBBQ13U5+Emtg0nAY"
                    + "HUV3ltWuovPR+TAKBggqhkjOPQQDAgNIADBFAiEAkrH3Tm5mvHUFwK1tUNwrvWMvLpBFjnSbr016INk+jx4CIE5P+1jmeldEv/uA"
                    + "+yoQ6/HgYrxWE8OmIo3Zxz8gGwtj";

    private final IdTokenStage stage = new IdTokenStage().publishes(Keys.jwk(Keys.RSA, "1", ""));
    private final MutableClock clock = MutableClock.create();

    private AccessTokens.Builder builder() {
        return AccessTokens.builder(stage.keys().build(), stage.server(), API).clock(clock);
    }

    private String claims(String more) {
        long now = clock.instant().getEpochSecond();
        return "{\"iss\":\"https://as.example.com\",\"sub\":\"alice\",\"aud\":\"https://api.example.com\",\"client_id\":\"app\","
                + "\"iat\":" + now + ",\"exp\":" + (now + 300) + ",\"jti\":\"j-1\",\"scope\":\"read write\"" + more
                + "}";
    }

    private static AccessToken token(String claims) {
        return token("at+jwt", claims);
    }

    private static AccessToken token(String type, String claims) {
        String header = "{\"alg\":\"RS256\",\"kid\":\"1\"" + (type.isEmpty() ? "" : ",\"typ\":\"" + type + "\"") + "}";
        return AccessToken.bearer(Keys.jwt(header, claims, "RS256", Keys.RSA));
    }

    @Test
    void v1_accessTokenTellsWhatItPermits() {
        ValidatedAccessToken token = builder().build().bearer(token(claims("")));

        assertThat(token.issuer()).isEqualTo("https://as.example.com");
        assertThat(token.subject()).isEqualTo("alice");
        assertThat(token.clientId()).contains("app");
        assertThat(token.scopes()).isEqualTo(Scopes.of("read", "write"));
        assertThat(token.expiresAt()).isEqualTo(clock.instant().plusSeconds(300));
        assertThat(token.keyThumbprint()).isEmpty();
        assertThat(token.certificateThumbprint()).isEmpty();
        assertThat(token.asMap()).containsEntry("jti", "j-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "JWT", "logout+jwt", "at", "at+jwt2"})
    void v1_typeMustBeThatOfAnAccessToken(String type) {
        refused(
                "access_token from as.example.com: is of type",
                () -> builder().build().bearer(token(type, claims(""))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"AT+JWT", "application/at+jwt"})
    void v1_typeIsComparedAsAMediaType(String type) {
        assertThat(builder().build().bearer(token(type, claims(""))).subject()).isEqualTo("alice");
    }

    @Test
    void v1_signatureIsVerified() {
        String header = "{\"alg\":\"RS256\",\"kid\":\"1\",\"typ\":\"at+jwt\"}";
        AccessToken forged = AccessToken.bearer(Keys.jwt(header, claims(""), "RS256", Keys.OTHER_RSA));
        AccessToken unsigned = AccessToken.bearer(
                Keys.base64("{\"alg\":\"none\",\"typ\":\"at+jwt\"}") + "." + Keys.base64(claims("")) + ".");

        refused("does not hold", () -> builder().build().bearer(forged));
        refused("alg is none", () -> builder().build().bearer(unsigned));
        refused(
                "is signed with RS256, and not with PS256",
                () -> builder().algorithms("PS256").build().bearer(token(claims(""))));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> builder().algorithms("none").build());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "iss       | https://as.example.com   | https://as.example.com/",
                "aud       | https://api.example.com  | https://api.example.com/",
                "aud       | \"aud\":                 | \"aud2\":",
                "exp       | \"exp\":                 | \"exp2\":",
                "iat       | \"iat\":                 | \"iat2\":",
                "sub       | \"sub\":                 | \"sub2\":",
                "client_id | \"client_id\":           | \"client_id2\":",
                "jti       | \"jti\":                 | \"jti2\":",
                "scope     | \"read write\"           | [\"read\"]",
                "scope     | read write               | read \u00e4"
            })
    void v1_eachClaimIsChecked(String claim, String right, String wrong) {
        String bent = claims("").replace(right, wrong);
        assertThat(bent).isNotEqualTo(claims(""));

        assertThatExceptionOfType(InvalidResponseException.class)
                .isThrownBy(() -> builder().build().bearer(token(bent)))
                .extracting(InvalidResponseException::field)
                .isEqualTo(claim);
    }

    @Test
    void v1_timesAreCheckedWithTheSkew() {
        AccessTokens strict = builder().clockSkew(Duration.ZERO).build();
        AccessToken token = token(claims(""));
        AccessToken later = token(claims(",\"nbf\":" + (clock.instant().getEpochSecond() + 10)));

        refused("nbf from", () -> strict.bearer(later));
        clock.advance(Duration.ofSeconds(299));
        assertThat(strict.bearer(token).subject()).isEqualTo("alice");
        clock.advance(Duration.ofSeconds(1));
        refused("exp from", () -> strict.bearer(token));
        clock.advance(Duration.ofSeconds(-301));
        refused("iat from", () -> strict.bearer(token));
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> builder().clockSkew(Duration.ofMinutes(6)));
    }

    @Test
    void v1_aBoundTokenIsNoBearerToken() {
        refused(
                "must not be used as a bearer token",
                () -> builder().build().bearer(token(claims(",\"cnf\":{\"jkt\":\"x\"}"))));
        refused(
                "must not be used as a bearer token",
                () -> builder().build().bearer(token(claims(",\"cnf\":{\"x5t#S256\":\"x\"}"))));
        refused(
                "must not be used as a bearer token",
                () -> builder().build().bearer(token(claims(",\"cnf\":\"odd\""))));
    }

    @Test
    void v1_aKeyBoundTokenNeedsItsKey() {
        String thumbprint = Thumbprint.of(Keys.P256.getPublic());
        AccessToken bound = token(claims(",\"cnf\":{\"jkt\":\"" + thumbprint + "\"}"));
        AccessTokens tokens = builder().build();

        assertThat(tokens.provenBy(bound, Keys.P256.getPublic()).keyThumbprint())
                .contains(thumbprint);
        refused("is not bound to the key of the proof", () -> tokens.provenBy(bound, Keys.RSA.getPublic()));
        refused(
                "is not bound to the key of the proof",
                () -> tokens.provenBy(token(claims("")), Keys.P256.getPublic()));
    }

    @Test
    void v1_aCertificateBoundTokenNeedsItsCertificate() throws Exception {
        X509Certificate certificate = certificate(CLIENT_CERTIFICATE);
        String thumbprint = Keys.base64(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
        AccessToken bound = token(claims(",\"cnf\":{\"x5t#S256\":\"" + thumbprint + "\"}"));
        AccessTokens tokens = builder().build();

        assertThat(tokens.overTls(bound, certificate).certificateThumbprint()).contains(thumbprint);
        X509Certificate other = certificate(OTHER_CERTIFICATE);
        refused("is not bound to the certificate", () -> tokens.overTls(bound, other));
        refused("is not bound to the certificate", () -> tokens.overTls(token(claims("")), certificate));
    }

    private static X509Certificate certificate(String base64) throws CertificateException {
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(
                        new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
    }

    @Test
    void v1_serversWithoutTheTypeAreAcceptedOnlyIfThatIsSaid() {
        AccessTokens loose = builder().dangerouslyAcceptUntyped().build();
        String sparse = claims("")
                .replace("\"client_id\":\"app\",", "")
                .replace("\"sub\":\"alice\",", "")
                .replace(",\"jti\":\"j-1\"", "");

        assertThat(loose.bearer(token("JWT", sparse)).clientId()).isEmpty();
        refused("is of type logout+jwt", () -> loose.bearer(token("logout+jwt", sparse)));
        refused("aud from", () -> loose.bearer(token("JWT", sparse.replace(API, "https://other.example.com"))));
    }

    @Test
    void v1_whatAnUntypedTokenSaysIsCheckedAllTheSame() {
        AccessTokens loose = builder().dangerouslyAcceptUntyped().build();
        String future = claims("").replace("\"iat\":", "\"iat\":1").replace(",\"jti\":\"j-1\"", "");

        refused("iat from", () -> loose.bearer(token("JWT", future)));
        assertThat(loose.bearer(token("JWT", claims("").replace("\"iat\":", "\"iat2\":")))
                        .subject())
                .isEqualTo("alice");
        for (String claim : new String[] {"sub", "client_id", "jti"}) {
            String bent = claims("").replaceFirst("\"" + claim + "\":\"[^\"]*\"", "\"" + claim + "\":7");
            refused(claim + " from", () -> loose.bearer(token("JWT", bent)));
        }
    }

    @Test
    void v1_keysThatCannotBeHadAreATemporaryFailure() {
        IdTokenStage down = new IdTokenStage();
        down.transport.fails(Kind.CONNECT, Delivery.NOT_SENT);
        AccessTokens tokens = AccessTokens.builder(down.keys().build(), down.server(), API)
                .clock(clock)
                .build();

        assertThatExceptionOfType(TemporaryFailureException.class).isThrownBy(() -> tokens.bearer(token(claims(""))));
    }
}
