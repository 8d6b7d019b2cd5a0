package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Values that specifications print. Those of randomised algorithms are verified, the others made again. */
class PublishedVectorsTest {

    private static final String PAYLOAD =
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9p" + "c19yb290Ijp0cnVlfQ";
    private static final String ES256_KEY = "{\"kty\":\"EC\",\"crv\":\"P-256\","
            + "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
            + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\","
            + "\"d\":\"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI\"}";
    private static final String ED25519_KEY = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\","
            + "\"d\":\"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A\","
            + "\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
    private static final String PROOF_HEADER =
            "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6"
                    + "Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG1"
                    + "0NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19";

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    @Test
    void rfc7515_a1_hs256() throws Exception {
        byte[] key = Base64.getUrlDecoder()
                .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        String input = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + PAYLOAD;
        assertThat(base64(HmacSecret.mac("HS256", key, ascii(input))))
                .isEqualTo("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }

    @Test
    void rfc7515_a2_rs256() throws Exception {
        SigningKey key = SigningKey.jwk(
                        "{\"kty\":\"RSA\",\"alg\":\"RS256\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcy"
                                + "QoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47"
                                + "soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3q"
                                + "Co5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\","
                                + "\"e\":\"AQAB\",\"d\":\"Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE"
                                + "-7YwVol2NXOoAJe46sui395IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51g"
                                + "fpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhL"
                                + "hBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ\"}")
                .build();
        assertThat(base64(key.sign(ascii("eyJhbGciOiJSUzI1NiJ9." + PAYLOAD))))
                .isEqualTo(
                        "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5ju"
                                + "jGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07"
                                + "Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipU"
                                + "TI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw");
    }

    @Test
    void rfc7515_a3_es256() throws Exception {
        SigningKey key = SigningKey.jwk(ES256_KEY).build();
        String input = "eyJhbGciOiJFUzI1NiJ9." + PAYLOAD;
        Jwt.parse(input + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q")
                .verifiedBy(key.publicKey());
        Jwt.parse(input + "." + base64(key.sign(ascii(input)))).verifiedBy(key.publicKey());
    }

    @Test
    void rfc7515_a4_es512() throws Exception {
        SigningKey key = SigningKey.jwk(
                        "{\"kty\":\"EC\",\"crv\":\"P-521\","
                                + "\"x\":\"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk\","
                                + "\"y\":\"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2\","
                                + "\"d\":\"AY5pb7A0UFiB3RELSD64fTLOSV_jazdF7fLYyuTw8lOfRhWg6Y6rUrPAxerEzgdRhajnu0ferB0d53vM9mE15j2C\"}")
                .build();
        assertThat(key.algorithm()).isEqualTo("ES512");
        Signature verifier = Signature.getInstance("SHA512withECDSAinP1363Format");
        for (byte[] signature : new byte[][] {
            Base64.getUrlDecoder()
                    .decode(
                            "AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7Xdt"
                                    + "AG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn"),
            key.sign(ascii("eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA"))
        }) {
            verifier.initVerify(key.publicKey());
            verifier.update(ascii("eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA"));
            assertThat(verifier.verify(signature)).isTrue();
        }
    }

    @Test
    void rfc8037_a3_a4_ed25519() throws Exception {
        assumeTrue(JcaSignature.has(Algorithm.of("EdDSA"), null), "Ed25519 came with Java 15");
        SigningKey key = SigningKey.jwk(ED25519_KEY).build();
        assertThat(Thumbprint.of(key.publicKey())).isEqualTo("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assertThat(base64(key.sign(ascii("eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"))))
                .isEqualTo("hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
        assertThat(Ed25519.publicKey(Ed25519.privateKey(
                        Base64.getUrlDecoder().decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))))
                .isEqualTo(key.publicKey());
    }

    /** The proofs of the token request (§5), of a refresh (§5) and of a request to a resource (§7.1). */
    @Test
    void rfc9449_proofs() throws Exception {
        PublicKey key = JWK.parse(JSONObjectUtils.toJSONString(JSONObjectUtils.getJSONObject(
                        JSONObjectUtils.parse(
                                new String(Base64.getUrlDecoder().decode(PROOF_HEADER), StandardCharsets.US_ASCII)),
                        "jwk")))
                .toECKey()
                .toPublicKey();
        assertThat(Thumbprint.of(key)).isEqualTo("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");

        assertProof(
                key,
                "{\"jti\":\"-BwC3ESc6acc2lTc\",\"htm\":\"POST\",\"htu\":\"https://server.example.com/token\","
                        + "\"iat\":1562262616}",
                "2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg");
        assertProof(
                key,
                "{\"jti\":\"-BwC3ESc6acc2lTc\",\"htm\":\"POST\",\"htu\":\"https://server.example.com/token\","
                        + "\"iat\":1562265296}",
                "pAqut2IRDm_De6PR93SYmGBPXpwrAk90e8cP2hjiaG5QsGSuKDYW7_X620BxqhvYC8ynrrvZLTk41mSRroapUA");
        assertProof(
                key,
                "{\"jti\":\"e1j3V_bKic8-LAEB\",\"htm\":\"GET\",\"htu\":\"https://resource.example.org/protectedresource\","
                        + "\"iat\":1562262618,\"ath\":\"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo\"}",
                "2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA");
    }

    /** What is printed verifies, and our writer gives these very bytes for these claims. */
    private static void assertProof(PublicKey key, String claims, String signature) throws Exception {
        Jwt proof = Jwt.parse(PROOF_HEADER + "." + base64(ascii(claims)) + "." + signature)
                .verifiedBy(key);
        JsonText ours = new JsonText()
                .member("jti", (String) proof.claims.get("jti"))
                .member("htm", (String) proof.claims.get("htm"))
                .member("htu", ProofUri.of(URI.create((String) proof.claims.get("htu") + "?query=1")))
                .member("iat", (Long) proof.claims.get("iat"));
        if (proof.claims.containsKey("ath")) {
            ours.member("ath", (String) proof.claims.get("ath"));
        }
        assertThat(ours.text()).isEqualTo(claims);
    }

    @Test
    void rfc8705_a_certificateThumbprint() throws Exception {
        X509Certificate certificate = (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(
                                        Base64.getDecoder()
                                                .decode(
                                                        "MIIBBjCBrAIBAjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARtdGxzMB4XDTE4MTAxODEyMzcwOVoXDTIyM"
                                                                + "DUwMjEyMzcwOVowDzENMAsGA1UEAwwEbXRsczBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNcnyxwqV6hY8QnhxxzFQ03C"
                                                                + "7HKW9OylMbnQZjjJ/Au08/coZwxS7LfA4vOLS9WuneIXhbGGWvsDSb0tH6IxLm8wCgYIKoZIzj0EAwIDSQAwRgIhAP0RC1E"
                                                                + "+vwJD/D1AGHGzuri+hlV/PpQEKTWUVeORWz83AiEA5x2eXZOVbUlJSGQgjwD5vaUaKlLR50Q2DmFfQj1L+SY=")));
        assertThat(CertificateThumbprint.of(certificate)).isEqualTo("A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0");
    }

    /** The claims of §4, beside which ours say for how long they are good. */
    @Test
    void rfc9101_4_requestObject() throws Exception {
        RequestObjects objects = RequestObjects.signedBy(
                        SigningKey.jwk(ES256_KEY).build())
                .clock(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
        Map<String, Object> claims = Jwt.parse(objects.sign(
                        Parameters.of("response_type", "code id_token")
                                .with("client_id", "s6BhdRkqt3")
                                .with("redirect_uri", "https://client.example.org/cb")
                                .with("scope", "openid")
                                .with("state", "af0ifjsldkj")
                                .with("nonce", "n-0S6_WzA2Mj")
                                .with("max_age", "86400"),
                        ClientId.of("s6BhdRkqt3"),
                        AuthorizationServerMetadata.builder("https://server.example.com")
                                .build()))
                .claims;
        claims.keySet().removeAll(List.of("iat", "nbf", "exp", "jti"));
        assertThat(claims)
                .isEqualTo(JSONObjectUtils.parse("{\"iss\":\"s6BhdRkqt3\",\"aud\":\"https://server.example.com\","
                        + "\"response_type\":\"code id_token\",\"client_id\":\"s6BhdRkqt3\","
                        + "\"redirect_uri\":\"https://client.example.org/cb\",\"scope\":\"openid\","
                        + "\"state\":\"af0ifjsldkj\",\"nonce\":\"n-0S6_WzA2Mj\",\"max_age\":86400}"));
    }
}
