package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** Wycheproof's json_web_encryption_test, by its numbers: the groups jwe_aes (1 to 32) and the first of jwe_ec (33 to 51). */
class WycheproofEncryptionTest {

    private static final byte[] AES_KEY = Base64.getUrlDecoder().decode("W1vBUI1-5HARc-qyT8hcYBt6q9sFNsztBrhlbl9W2CA");
    private static final String VALID_CBC =
            "eyJhbGciOiJBMjU2S1ciLCJraWQiOiJraWQtYWVzLWVuY3J5cHQiLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIn0.LuAAkW6Y609GBgbxDM5V"
                    + "-es3SUNL-rdFVhFNIrLpe1o0f2ldS6sI1SGftpRSmy1PFW58DJaRPwVE7mGsChY6x68-GZB4T1-r.La_y01ijrXjd1d4sY761og.8QQp"
                    + "wqfEv-4h80BWn40xaw.f6dsHvd-MIqQAyu5D6-ZdptbF0ettEHFGcAvmNgu7jo";
    private static final String VALID_GCM =
            "eyJhbGciOiJBMjU2S1ciLCJlbmMiOiJBMTI4R0NNIn0.vFtNypyvyX3ZUuXZuWdq-oz0LrxFWccH.aleRxWxKrolqgOBo.TzV5.Edgzy"
                    + "bAq-mZDpIYHwadHQQ";
    private static final String VALID_EC =
            "eyJhbGciOiJFQ0RILUVTK0ExMjhLVyIsImVuYyI6IkExMjhDQkMtSFMyNTYiLCJlcGsiOnsia3R5IjoiRUMiLCJ4Ijoib0JHZzlCeHhJ"
                    + "YWlmaHktSHdEcUFPM3luZGlLTzFSbjhvcTZ2MlRLSjZKRSIsInkiOiJCMm9aZVVsc0tXYXhfXzl4ZURDY0owYXRVYVZuTzZzYjhObmZ1"
                    + "dmxyNGNnIiwiY3J2IjoiUC0yNTYifX0.EMryDi1xUlchLZUZLT85xvMBBYMwDBRHFtF50_txDpQVpQPHsYgUIA.orxQswpocXaaLOTTx"
                    + "OKgnQ.O0YdzsAyykfgsLRAFoGazA.ZWQPNGDlM-RYlv5cFOxTbQ";

    private static Decryption aes() {
        return new Decryption(
                DecryptionKeys.builder()
                        .add("kid-aes-encrypt", new SecretKeySpec(AES_KEY, "AES"))
                        .build(),
                null,
                null);
    }

    private static Decryption ec() throws Exception {
        return new Decryption(
                DecryptionKeys.builder()
                        .add(
                                "kid-ec-decrypt",
                                PublishedJoseVectorsTest.p256(
                                        "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ",
                                        "e8lnCO-AlStT-NJVX-crhB7QRYhiix03illJOVAOyck",
                                        "VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"))
                        .build(),
                null,
                null);
    }

    private static void decrypts(Decryption decryption, String jwe) throws JoseFault {
        assertThat(new String(decryption.decrypt(CompactJwt.parse(jwe)), StandardCharsets.UTF_8))
                .isEqualTo("foo");
    }

    /** Refused as every JWT is, by this exception and no other, and not as a JWS either, whose parts would be three. */
    private static void refuses(String name, Decryption decryption, String jwe) {
        assertThatExceptionOfType(JoseFault.class).as(name).isThrownBy(() -> {
            CompactJwt jwt = CompactJwt.parse(jwe);
            if (!jwt.isEncrypted()) {
                throw new JoseFault("is not encrypted");
            }
            decryption.decrypt(jwt);
        });
    }

    private static String join(String... parts) {
        return String.join(".", parts);
    }

    private static String modified(String part) {
        return (part.startsWith("X") ? "Y" : "X") + part.substring(1);
    }

    private static String resized(String part, int bytes) {
        byte[] whole = Base64.getUrlDecoder().decode(part);
        return Keys.base64(Arrays.copyOf(whole, whole.length + bytes));
    }

    private static Map<String, String> spoiled(String jwe) {
        String[] p = jwe.split("\\.", -1);
        String header = new String(Base64.getUrlDecoder().decode(p[0]), StandardCharsets.UTF_8);
        Map<String, String> all = new LinkedHashMap<>();
        all.put("rejectsModifiedAuthenticationTag", join(p[0], p[1], p[2], p[3], modified(p[4])));
        byte[] end = Base64.getUrlDecoder().decode(p[4]);
        end[end.length - 1] ^= 1;
        all.put("rejectsModifiedAuthenticationTagAtEnd", join(p[0], p[1], p[2], p[3], Keys.base64(end)));
        all.put("rejectsAuthenticationTagTooLong", join(p[0], p[1], p[2], p[3], resized(p[4], 3)));
        for (int bytes : new int[] {1, 4, 8}) {
            all.put("rejectsTruncatedAuthenticationTagBy" + bytes, join(p[0], p[1], p[2], p[3], resized(p[4], -bytes)));
        }
        all.put("rejectsMissingAuthenticationTag", join(p[0], p[1], p[2], p[3], ""));
        all.put("rejectsMissingAuthenticationTagAndSeparator", join(p[0], p[1], p[2], p[3]));
        all.put("rejectsModifiedCiphertext", join(p[0], p[1], p[2], modified(p[3]), p[4]));
        all.put("rejectsMissingCiphertext", join(p[0], p[1], p[2], "", p[4]));
        all.put("rejectsMissingCiphertextAndSeparator", join(p[0], p[1], p[2], p[4]));
        all.put("rejectsModifiedIv", join(p[0], p[1], modified(p[2]), p[3], p[4]));
        all.put("rejectsMissingIv", join(p[0], p[1], "", p[3], p[4]));
        all.put("rejectsMissingIvAndSeparator", join(p[0], p[1], p[3], p[4]));
        all.put("rejectsModifiedEncryptedKey", join(p[0], modified(p[1]), p[2], p[3], p[4]));
        all.put("rejectsMissingEncryptedKey", join(p[0], "", p[2], p[3], p[4]));
        all.put("rejectsMissingEncryptedKeyAndSeparator", join(p[0], p[2], p[3], p[4]));
        all.put(
                "rejectsModifiedHeader",
                join(
                        Keys.base64(header.replace("\"kid-", "\"Xid-").replace("{\"alg\"", "{\"Alg\"")),
                        p[1],
                        p[2],
                        p[3],
                        p[4]));
        all.put(
                "rejectsAnotherHeaderOfTheSameMeaning",
                join(Keys.base64(header.replace("{", "{ ")), p[1], p[2], p[3], p[4]));
        all.put("rejectsMissingHeader", join("", p[1], p[2], p[3], p[4]));
        all.put("rejectsMissingHeaderAndSeparator", join(p[1], p[2], p[3], p[4]));
        all.put(
                "rejectsValidJsonSerialization",
                "{\"protected\":\"" + p[0] + "\",\"encrypted_key\":\"" + p[1] + "\",\"iv\":\"" + p[2]
                        + "\",\"ciphertext\":\"" + p[3] + "\",\"tag\":\"" + p[4] + "\"}");
        return all;
    }

    @Test
    void tc1To22_aesKeyWrapWithCbc() throws Exception {
        decrypts(aes(), VALID_CBC);
        spoiled(VALID_CBC).forEach((name, jwe) -> refuses(name, aes(), jwe));
    }

    @Test
    void tc23To27_aesKeyWrapWithGcm() throws Exception {
        decrypts(aes(), VALID_GCM);
        spoiled(VALID_GCM).forEach((name, jwe) -> refuses(name, aes(), jwe));
    }

    @Test
    void tc28To32_everyContentEncryption() throws Exception {
        for (String jwe : new String[] {
            "eyJhbGciOiJBMjU2S1ciLCJlbmMiOiJBMTkyR0NNIn0.5GjUqpOjn-mLYHgYlv8XOAZ1WUjWniePFQJVOkXJxkQ.HJGVUarOxZES8jAI"
                    + ".fL7h.D_Cl8bkMux3zLCjvwu_YkQ",
            "eyJhbGciOiJBMjU2S1ciLCJlbmMiOiJBMjU2R0NNIn0.0uzdircIKEX1LKM-NK5jyBQ0c5WW4tBZCwI3B6X07fSB67IX7h9SIw._dL_t"
                    + "fX7vZyBAnYz._NcT.MY4RukMeEmU1VlcJ1i7Q4w",
            "eyJhbGciOiJBMjU2S1ciLCJlbmMiOiJBMTI4Q0JDLUhTMjU2In0.E8XL6pJH51lP5zb1SYY2e6Ts0HYrFbhsnmO2U0VwDSLzv7126DKW"
                    + "Wg.07ksphdvWx7tdtZlQeUtGA.qQ2dpKFp0tXEOT9HsnE_iA.VGNY8taHff7iCOpoBNa41g",
            "eyJhbGciOiJBMjU2S1ciLCJlbmMiOiJBMTkyQ0JDLUhTMzg0In0.Oi1qci0uv3Me3PkCxN1Mg7af4hcB2Wde9CdHOOpj2YtcY5GddySB"
                    + "NDZRkxMgsvg07LWQVneF_Y0.JrpEsj0RgGXay6HHQJ2hqw.1rNud9EwsfXYFF80DoOftg.BjiF-rqpDWZ41dR3vEewTRYOkj056w3S",
            "eyJhbGciOiJBMjU2S1ciLCJlbmMiOiJBMjU2Q0JDLUhTNTEyIn0.Zb7Z8u44_Nnd9SQKxi6BPsP7yPCzWFLGTDuyUM46AETtmtTarKAH"
                    + "BLKO1ZThz70T9yymfn7JosxoQg5oOc53spAhsEqbPSNG.ZAmMwpq3EcAAgdgQUJHRjQ.AnAwPVfCW_tnBg1BUyjW7Q.FHOq5MaCidCuk"
                    + "ksGL3VPWdS2yp98pXVxfMY_MTw2Djw"
        }) {
            decrypts(aes(), jwe);
            spoiled(jwe).forEach((name, wrong) -> refuses(name, aes(), wrong));
        }
    }

    @Test
    void tc33To50_ecdhEs() throws Exception {
        Decryption ec = ec();
        decrypts(ec, VALID_EC);
        spoiled(VALID_EC).forEach((name, jwe) -> refuses(name, ec, jwe));
    }

    /** With a point beside the curve, whoever sends enough of them learns the private key. */
    @Test
    void tc51_rejectsInvalidCurvePoint() throws Exception {
        String jwe =
                "eyJhbGciOiJFQ0RILUVTK0ExMjhLVyIsImVuYyI6IkExMjhDQkMtSFMyNTYiLCJlcGsiOnsia3R5IjoiRUMiLCJ4IjoiZ1RsaTY1ZVRR"
                        + "N3otQmgxNDdmZjhLM203azJVaURpRzJMcFlrV0FhRkpDYyIsInkiOiJjTEFuakthNGJ6akQ3REpWUHdhOUVQclJ6TUc3ck9OZ3NpVUQt"
                        + "a2YzMEZzIiwiY3J2IjoiUC0yNTYifX0.qGAdxtEnrV_3zbIxU2ZKrMWcejNltjA_dtefBFnRh9A2z9cNIqYRWg.pEA5kX304PMCOmFSK"
                        + "X_cEg.a9fwUrx2JXi1OnWEMOmZhXd94-bEGCH9xxRwqcGuG2AMo-AwHoljdsH5C_kcTqlXS5p51OB1tvgQcMwB5rpTxg.72CHiYFecyD"
                        + "vuUa43KKT6w";
        refuses("rejectsInvalidCurvePoint", ec(), jwe);
    }

    @Test
    void aKeyOfAnotherKindIsNotTried() throws Exception {
        refuses("WrongCipher", ec(), VALID_CBC);
        refuses("WrongCipher", aes(), VALID_EC);
    }
}
