package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JWEObject;
import com.nimbusds.jose.crypto.RSADecrypter;
import dev.latchkey.auth.credential.ClientSecret;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

/** The examples that the RFCs compute, each checked by computing it. */
class PublishedJoseVectorsTest {

    private static final String CLAIMS =
            "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt" + "cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    private static boolean verifies(String jwk, String algorithm, String jws) throws JoseFault {
        VerificationAlgorithm named = VerificationAlgorithm.named(algorithm);
        VerificationKeys keys =
                VerificationKeys.parse(ByteBuffer.wrap(Keys.set(jwk).getBytes(StandardCharsets.UTF_8)), null);
        VerificationKey key = keys.find(named, null);
        int dot = jws.lastIndexOf('.') + 1;
        byte[] signature = Base64.getUrlDecoder().decode(jws.substring(dot));
        signature[signature.length / 2] ^= 1;
        assertThat(key.verifies(named, CompactJwt.parse(jws.substring(0, dot) + Keys.base64(signature))))
                .isFalse();
        return key.verifies(named, CompactJwt.parse(jws));
    }

    @Test
    void rfc7515A1_hs256() throws JoseFault {
        byte[] key = Base64.getUrlDecoder()
                .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        String jws =
                "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + CLAIMS + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        VerificationAlgorithm hs256 = VerificationAlgorithm.named("HS256");
        SignatureCheck check;
        try {
            check = SignatureCheck.secret(key, "HS256", null);
        } catch (com.nimbusds.jose.JOSEException e) {
            throw new AssertionError(e);
        }
        CompactJwt jwt = CompactJwt.parse(jws);

        assertThat(check.holds(hs256, jwt.signingInput(), jwt)).isTrue();
        assertThat(check.holds(hs256, Arrays.copyOf(jwt.signingInput(), 20), jwt))
                .isFalse();
        assertThat(jwt.claims()).containsEntry("iss", "joe").containsEntry("exp", 1300819380L);
    }

    @Test
    void rfc7515A2_rs256() throws JoseFault {
        String jwk =
                "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"n\":\"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp"
                        + "-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpa"
                        + "SHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK"
                        + "-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ\"}";
        String jws = "eyJhbGciOiJSUzI1NiJ9." + CLAIMS + "."
                + "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CU"
                + "Ar7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_d"
                + "O--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0ig"
                + "cN_IoypGlUPQGe77Rw";

        assertThat(verifies(jwk, "RS256", jws)).isTrue();
    }

    @Test
    void rfc7515A3_es256() throws JoseFault {
        String jwk = "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\","
                + "\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}";
        String jws = "eyJhbGciOiJFUzI1NiJ9." + CLAIMS
                + ".DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

        assertThat(verifies(jwk, "ES256", jws)).isTrue();
    }

    @Test
    void rfc7515A4_es512() throws JoseFault {
        String jwk = "{\"kty\":\"EC\",\"crv\":\"P-521\","
                + "\"x\":\"AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk\","
                + "\"y\":\"ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2\"}";
        String jws =
                "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-"
                        + "KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";

        assertThat(verifies(jwk, "ES512", jws)).isTrue();
    }

    @Test
    void j1_rfc7515A5_noneIsRefused() {
        String unsecured = "eyJhbGciOiJub25lIn0." + CLAIMS + ".";

        IdTokenSignatureTest.refused(
                "is not signed: alg is none",
                () -> new IdTokenStage().publishes(Keys.jwk(Keys.RSA, "1", "")).verify(unsecured));
    }

    @Test
    void rfc7520S4_2_ps384() throws JoseFault {
        String jwk = "{\"kty\":\"RSA\",\"kid\":\"bilbo.baggins@hobbiton.example\",\"use\":\"sig\",\"e\":\"AQAB\","
                + "\"n\":\"n4EPtAOCc9AlkeQHPzHStgAbgs7bTZLwUBZdR8_KuKPEHLd4rHVTeT-O-XV2jRojdNhxJWTDvNd7nqQ0VEiZQHz_AJmSCpMaJMRBSFKrKb2"
                + "wqVwGU_NsYOYL-QtiWN2lbzcEe6XC0dApr5ydQLrHqkHHig3RBordaZ6Aj-oBHqFEHYpPe7Tpe-OfVfHd1E6cS6M1FZcD1NNLYD5lFHpPI9bTwJlsd"
                + "e3uhGqC0ZCuEHg8lhzwOHrtIQbS0FVbb9k3-tVTU4fg_3L_vniUFAKwuCLqKnS2BYwdq_mzSnbLY7h_qixoR7jig3__kRhuaxwUkRz5iaiQkqgc5gH"
                + "drNP5zw\"}";
        String jws =
                "eyJhbGciOiJQUzM4NCIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZ"
                        + "XNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwIHlvdXIgZmV"
                        + "ldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4."
                        + "cu22eBqkYDKgIlTpzDXGvaFfz6WGoz7fUDcfT0kkOy42miAh2qyBzk1xEsnk2IpN6-tPid6VrklHkqsGqDqHCdP6O8TTB5dDDItllVo6_1OLPpcbUr"
                        + "hiUSMxbbXUvdvWXzg-UD8biiReQFlfz28zGWVsdiNAUf8ZnyPEgVFn442ZdNqiVJRmBqrYRXe8P_ijQ7p8Vdz0TTrxUeT3lm8d9shnr2lfJT8ImUjv"
                        + "AA2Xez2Mlp8cBE5awDzT0qI0n6uiP1aCN_2_jLAeQTlqRHtfa64QQSUmFAAjVKPbByi7xho0uTOcbH510a6GYmJUAfmWjwZ6oD4ifKo8DYM-X72Eaw";

        assertThat(verifies(jwk, "PS384", jws)).isTrue();
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_15)
    void rfc8037A4_ed25519() throws JoseFault {
        String jwk = "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}";
        String jws =
                "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbh"
                        + "ijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

        assertThat(verifies(jwk, "EdDSA", jws)).isTrue();
        assertThat(verifies(jwk, "Ed25519", jws)).isTrue();
    }

    @Test
    void rfc7516A1_rsaOaepIsDecryptedIfItIsRegistered() throws Exception {
        String jwe =
                "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkEyNTZHQ00ifQ.OKOawDo13gRp2ojaHV7LFpZcgV7T6DVZKTyKOMTYUmKoTCVJRgckCL9kiM"
                        + "T03JGeipsEdY3mx_etLbbWSrFr05kLzcSr4qKAq7YN7e9jwQRb23nfa6c9d-StnImGyFDbSv04uVuxIp5Zms1gNxKKK2Da14B8S4rzVRltdYwam_lDp"
                        + "5XnZAYpQdb76FdIKLaVmqgfwX7XWRxv2322i-vDxRfqNzo_tETKzpVLzfiwQyeyPGLBIO56YJ7eObdv0je81860ppamavo35UgoRdbYaBcoh9QcfylQ"
                        + "r66oc6vFWXRcZ_ZT2LawVCWTIy3brGPi6UklfCpIMfIjf7iGdXKHzg.48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4"
                        + "vpzs9tX_EFShS8iB7j6jiSdiwkIr3ajwQzaBtQD_A.XFBoMYUZodetZdvTiFvSkQ";
        KeyPair pair = rsa(
                "1r52Xk46c-LsfB5P442p7atdPUrxQSy4mti_tZI3Mgf2EuFVbUoDBvaRQ-SWxkbkmoEzL7JXroSBjSrK3YIQgYdMgyAEPTPjXv_hI2_1eTSPVZfzL0lf"
                        + "fNn03IXqWF5MDFuoUYE0hzb2vhrlN_rKrbfDIwUbTrjjgieRbwC6Cl0",
                "wLb35x7hmQWZsWJmB_vle87ihgZ19S8lBEROLIsZG4ayZVe9Hi9gDVCOBmUDdaDYVTSNx_8Fyw1YYa9XGrGnDew00J28cRUoeBB_jKI1oma0Orv1T9aX"
                        + "IWxKwd4gvxFImOWr3QRL9KEBRzk2RatUBnmDZJTIAfwTs0g68UZHvtc");
        DecryptionKeys keys = DecryptionKeys.of(pair);

        assertThat(new String(
                        new Decryption(keys, "RSA-OAEP", "A256GCM").decrypt(CompactJwt.parse(jwe)),
                        StandardCharsets.UTF_8))
                .isEqualTo("The true sign of intelligence is not knowledge but imagination.");
        assertThatExceptionOfType(JoseFault.class)
                .isThrownBy(() -> new Decryption(keys, null, null).decrypt(CompactJwt.parse(jwe)))
                .withMessageContaining("is encrypted with RSA-OAEP, and not with");
    }

    @Test
    void j5_rfc7516A2_rsa15IsRefused() throws Exception {
        String jwe =
                "eyJhbGciOiJSU0ExXzUiLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.UGhIOguC7IuEvf_NPVaXsGMoLOmwvc1GyqlIKOK1nN94nHPoltGR"
                        + "hWhw7Zx0-kFm1NJn8LE9XShH59_i8J0PH5ZZyNfGy2xGdULU7sHNF6Gp2vPLgNZ__deLKxGHZ7PcHALUzoOegEI-8E66jX2E4zyJKx-YxzZIItRzC5h"
                        + "lRirb6Y5Cl_p-ko3YvkkysZIFNPccxRU7qve1WYPxqbb2Yw8kZqa2rMWI5ng8OtvzlV7elprCbuPhcCdZ6XDP0_F8rkXds2vE4X-ncOIM8hAYHHi29N"
                        + "X0mcKiRaD0-D-ljQTP-cFPgwCp6X-nZZd9OHBv-B3oWh2TbqmScqXMR4gp_A.AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfm"
                        + "qCHXaI9wOGY.9hH0vgRfYgPnAHOd8stkvw";
        KeyPair pair = rsa(
                "9gY2w6I6S6L0juEKsbeDAwpd9WMfgqFoeA9vEyEUuk4kLwBKcoe1x4HG68ik918hdDSE9vDQSccA3xXHOAFOPJ8R9EeIAbTi1VwBYnbTp87X-xcPWlEP"
                        + "krdoUKW60tgs1aNd_Nnc9LEVVPMS390zbFxt8TN_biaBgelNgbC95sM",
                "uKlCKvKv_ZJMVcdIs5vVSU_6cPtYI1ljWytExV_skstvRSNi9r66jdd9-yBhVfuG4shsp2j7rGnIio901RBeHo6TPKWVVykPu1iYhQXw1jIABfw-MVsN"
                        + "-3bQ76WLdt2SDxsHs7q7zPyUyHXmps7ycZ5c72wGkUwNOjYelmkiNS0");
        JWEObject good = JWEObject.parse(jwe);
        good.decrypt(new RSADecrypter(pair.getPrivate()));
        assertThat(good.getPayload().toString())
                .as("but for its padding it is right")
                .isEqualTo("Live long and prosper.");

        assertThatExceptionOfType(JoseFault.class)
                .isThrownBy(() -> new Decryption(DecryptionKeys.of(pair), null, null).decrypt(CompactJwt.parse(jwe)))
                .withMessageContaining("is encrypted with RSA1_5, and not with");
        assertThatExceptionOfType(dev.latchkey.auth.error.ConfigurationException.class)
                .isThrownBy(() -> new IdTokenStage().builder().encrypted("RSA1_5", "A128CBC-HS256"))
                .withMessageContaining("RSA1_5 is not decrypted here");
    }

    @Test
    void rfc7516A3_aesKeyWrap() throws Exception {
        String jwe =
                "eyJhbGciOiJBMTI4S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.6KB707dM9YTIgHtLvtgWQ8mKwboJW3of9locizkDTHzBC2IlrT1oOQ"
                        + ".AxY8DCtDaGlsbGljb3RoZQ.KDlTtXchhZTGufMYmOYGS4HffxPSUrfmqCHXaI9wOGY.U0m_YmjN04DJvceFICbCVQ";
        DecryptionKeys keys = DecryptionKeys.builder()
                .add(null, new SecretKeySpec(Base64.getUrlDecoder().decode("GawgguFyGrWKav7AX4VKUg"), "AES"))
                .build();

        assertThat(new String(new Decryption(keys, null, null).decrypt(CompactJwt.parse(jwe)), StandardCharsets.UTF_8))
                .isEqualTo("Live long and prosper.");
    }

    @Test
    void rfc7517A_onlyWhatIsPublicAndForSignaturesIsUsed() throws JoseFault {
        String forEncryption =
                "{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","
                        + "\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\",\"use\":\"enc\",\"kid\":\"1\"}";
        String rsa =
                "{\"kty\":\"RSA\",\"e\":\"AQAB\",\"alg\":\"RS256\",\"kid\":\"2011-04-29\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmb"
                        + "XEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93"
                        + "lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bF"
                        + "TWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw\"}";
        String ofAnotherUse = forEncryption.replace("\"use\":\"enc\"", "\"use\":\"sig\"");
        String withPrivatePart = ofAnotherUse.replace("}", ",\"d\":\"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE\"}");
        String symmetric = "{\"kty\":\"oct\",\"alg\":\"A128KW\",\"k\":\"GawgguFyGrWKav7AX4VKUg\"}";

        assertThat(usable(forEncryption, rsa, withPrivatePart, symmetric)).isEqualTo(1);
        assertThat(usable(ofAnotherUse)).isEqualTo(1);
        assertThat(usable(withPrivatePart)).isZero();
    }

    private static int usable(String... jwks) throws JoseFault {
        return VerificationKeys.parse(ByteBuffer.wrap(Keys.set(jwks).getBytes(StandardCharsets.UTF_8)), null)
                .size();
    }

    @Test
    void rfc7518C_ecdhEsKeyAgreement() throws Exception {
        String header =
                "{\"alg\":\"ECDH-ES\",\"enc\":\"A128GCM\",\"apu\":\"QWxpY2U\",\"apv\":\"Qm9i\",\"epk\":{\"kty\":\"EC\","
                        + "\"crv\":\"P-256\",\"x\":\"gI0GAILBdu7T53akrFmMyGcsF3n5dO7MmwNBHKW5SV0\","
                        + "\"y\":\"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps\"}}";
        KeyPair bob = p256(
                "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
                "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
                "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw");
        byte[] derived = Base64.getUrlDecoder().decode("VqqN6vgjbSBcIijNcacQGg");
        byte[] iv = new byte[12];
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(derived, "AES"), new GCMParameterSpec(128, iv));
        cipher.updateAAD(Keys.base64(header).getBytes(StandardCharsets.US_ASCII));
        byte[] sealed = cipher.doFinal("for Bob".getBytes(StandardCharsets.US_ASCII));
        String jwe = Keys.base64(header) + ".." + Keys.base64(iv) + "."
                + Keys.base64(Arrays.copyOf(sealed, sealed.length - 16)) + "."
                + Keys.base64(Arrays.copyOfRange(sealed, sealed.length - 16, sealed.length));

        assertThat(new String(
                        new Decryption(DecryptionKeys.of(bob), null, null).decrypt(CompactJwt.parse(jwe)),
                        StandardCharsets.UTF_8))
                .isEqualTo("for Bob");
    }

    @Test
    void aSecretOfTheRightLengthIsItsUtf8Bytes() throws JoseFault {
        String secret = "ä234567890123456789012345678901";
        String jws = Keys.authenticated("{\"alg\":\"HS256\"}", "{}", "HS256", secret.getBytes(StandardCharsets.UTF_8));

        VerificationKey key = VerificationKey.of(ClientSecret.of(secret), "HS256", null);
        assertThat(key.verifies(VerificationAlgorithm.named("HS256"), CompactJwt.parse(jws)))
                .isTrue();
        assertThat(Set.of("HS384", "HS512"))
                .allSatisfy(other -> assertThat(key.verifies(VerificationAlgorithm.named(other), CompactJwt.parse(jws)))
                        .isFalse());
    }

    private static BigInteger number(String base64) {
        return new BigInteger(1, Base64.getUrlDecoder().decode(base64));
    }

    static KeyPair rsa(String p, String q) throws Exception {
        BigInteger e = BigInteger.valueOf(65537);
        BigInteger n = number(p).multiply(number(q));
        BigInteger d = e.modInverse(
                number(p).subtract(BigInteger.ONE).multiply(number(q).subtract(BigInteger.ONE)));
        KeyFactory factory = KeyFactory.getInstance("RSA");
        return new KeyPair(
                factory.generatePublic(new RSAPublicKeySpec(n, e)),
                factory.generatePrivate(new RSAPrivateKeySpec(n, d)));
    }

    static KeyPair p256(String x, String y, String d) throws Exception {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec("secp256r1"));
        ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
        KeyFactory factory = KeyFactory.getInstance("EC");
        return new KeyPair(
                factory.generatePublic(new ECPublicKeySpec(new ECPoint(number(x), number(y)), curve)),
                factory.generatePrivate(new ECPrivateKeySpec(number(d), curve)));
    }
}
