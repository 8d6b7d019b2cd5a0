package dev.latchkey.auth.jose;

import static dev.latchkey.auth.jose.Wycheproof.FOO;
import static dev.latchkey.auth.jose.Wycheproof.RS256;
import static dev.latchkey.auth.jose.Wycheproof.accepts;
import static dev.latchkey.auth.jose.Wycheproof.rsaKey;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Wycheproof's ModifiedPadding of json_web_signature_test: signatures made with the right key over a DigestInfo whose encoding was
 * bent. Who takes one, leaves room for forgeries (Bleichenbacher 2006).
 */
class WycheproofPaddingTest {

    private static final String OID = "0609608648016503040201";
    private static final String NULL = "0500";
    private static final String HASH = "0420" + hex(Wycheproof.sha256(RS256 + "." + FOO));
    private static final String ALGORITHM = "300d" + OID + NULL;

    private static String hex(byte[] bytes) {
        StringBuilder hex = new StringBuilder();
        for (byte each : bytes) {
            hex.append(String.format("%02x", each & 0xff));
        }
        return hex.toString();
    }

    private static byte[] bytes(String hex) {
        byte[] bytes = new byte[hex.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    private static String jws(String signature) {
        return RS256 + "." + FOO + "." + signature;
    }

    @Test
    void tc33_acceptsValid() {
        String signature = Wycheproof.rsaSignature(bytes("3031" + ALGORITHM + HASH));
        assertThat(signature).startsWith("HUwxI1-cZrZgcuOgBQ7G7NE-GrqK79l6GV1KT4DKXnSMFwC8pfZCzE7pmLE7mYpL");
        assertThat(accepts(jws(signature), rsaKey(""))).isTrue();
    }

    /**
     * What stands for {@code DigestInfo ::= SEQUENCE}, where {@code *} is its right content, {@code <} that without the last byte
     * and {@code >} without the first.
     */
    @ParameterizedTest
    @CsvSource({
        "46, KudI1-Bo, 308131*",
        "47, X8GIjUht, 30820031*",
        "48, Gp0CRlwc, 3032*",
        "49, PLykI28j, 3030*",
        "50, Vf-IHTRV, 30850100000031*",
        "51, IZyyvG27, 3089010000000000000031*",
        "52, S3SMyrK2, 30847fffffff*",
        "53, ena4iWoK, 308480000000*",
        "54, I511TWE9, 3084ffffffff*",
        "55, DhTvg_wh, 3085ffffffffff*",
        "56, CfR3xT4Y, 3088ffffffffffffffff*",
        "57, I0slX9oi, 30ff*",
        "58, FwCD09Gu, 3080*",
        "59, F7S3oL6r, ''",
        "60, JNsl1Hzs, 30",
        "61, CFfhT4N8, 3033*0000",
        "62, b_xZHj8A, 30330000*",
        "63, NznBrBiN, 3031*0000",
        "64, DXI8YCdi, 3033*0500",
        "65, gGiMG7eF, 30364981773031*",
        "66, AlZ1MfkJ, 303525003031*",
        "67, g0Goh_8s, 30333031*0004deadbeef",
        "68, ieakg3sL, 3039aa00bb00cd003031*",
        "69, bbOndRBD, 3081",
        "70, VfO4W4T2, 3037aa02aabb3031*",
        "71, HwU4hR65, 30803031*0000",
        "72, ABuVo6g0, 30803131*0000",
        "73, OZnyOtHc, 0500",
        "74, U0SE1vuY, 2e31*",
        "75, TlnLHUBi, 2f31*",
        "76, F5h9vAP4, 3131*",
        "77, C4X01yEN, 3231*",
        "78, K4k8fbnh, ff31*",
        "79, d0ahqj8S, 3000",
        "80, GsKF9nGM, 30353001303030>",
        "81, hTvev0vH, 3030<",
        "82, bvWn2RZH, 3030>",
        "83, epddWSGy, 3080*0000",
        "84, Hbx-8Yl3, 3080*00",
        "85, iH6mwgCw, 3080*05000000",
        "86, OKvSfh25, 3080*060811220000",
        "87, DXS5YgeB, 3080*0000fe02beef",
        "88, SrSQxfUX, 3080*0002beef",
        "89, HlNe_E-8, 30333000*",
        "90, ZkGQlEmo, 3033*3000",
        "91, WkcQ4HRZ, 3034*020100",
        "92, kP2H_BWj, 3034*bf7f00",
        "93, SCja7biL, 3035*a0020500",
        "94, FaiKfimH, 3033*a000",
        "95, CmOAWcyi, 30333031*"
    })
    void modifiedPadding(int number, String published, String bent) {
        refuses(published, filled(bent, ALGORITHM + HASH));
    }

    @Test
    void tc96And97_elementsMissingOrTwice() {
        refuses("BOmsa-xl", "300f" + ALGORITHM);
        refuses("gBEDOs5V", "3053" + ALGORITHM + HASH + HASH);
    }

    /** The same for {@code AlgorithmIdentifier ::= SEQUENCE}. The lengths around it fit what was bent, here and below. */
    @ParameterizedTest
    @CsvSource({
        "98, Pm86BHxt, 30810d*",
        "99, O-_m5id0, 3082000d*",
        "100, iP92YY7H, 300e*",
        "101, Zq5t1xuA, 300c*",
        "102, gD3kvGv4, 3085010000000d*",
        "103, RYTngmZK, 308901000000000000000d*",
        "104, bWQp7_7U, 30847fffffff*",
        "105, IRo_pblZ, 308480000000*",
        "106, chs1g9gX, 3084ffffffff*",
        "107, VIhyGycD, 3085ffffffffff*",
        "108, XhNl1XuD, 3088ffffffffffffffff*",
        "109, D_A1Sc4P, 30ff*",
        "110, Q6GaorTm, 3080*",
        "111, KiRBU1Q2, ''",
        "112, CDrWzjOi, 30",
        "113, elAqd_9-, 300f*0000",
        "114, ReLeeuNP, 300f0000*",
        "115, JhTwXilC, 300d*0000",
        "116, az1QgAqR, 300f*0500",
        "117, b27Gsyaa, 3012498177300d*",
        "118, gGaHQ4UL, 30112500300d*",
        "119, QKuKuQ7b, 300f300d*0004deadbeef",
        "120, U87p5V8T, 3015aa00bb00cd00300d*",
        "121, duOW3sen, 3081",
        "122, ULITNKok, 3013aa02aabb300d*",
        "123, Enm5sp9s, 3080300d*0000",
        "124, SSc1a88U, 3080310d*0000",
        "125, NVUtU758, 0500",
        "126, LPW8ZMcF, 2e0d*",
        "127, Avf91trJ, 2f0d*",
        "128, Q6BzeMd8, 310d*",
        "129, P8OlyR5Z, 320d*",
        "130, f4XuqxHq, ff0d*",
        "131, DuGv9Wqm, 3000",
        "132, Akurc9pe, 3011300106300c>",
        "133, Uc544fbV, 300c<",
        "134, W5wQpT8e, 300c>",
        "135, BN-VHS-G, 3080*0000",
        "136, FGmXBzWp, 3080*00",
        "137, VzqskeKK, 3080*05000000",
        "138, hctJZ99C, 3080*060811220000",
        "139, YWkCqLKs, 3080*0000fe02beef",
        "140, J-BXd6Yd, 3080*0002beef",
        "141, NGhtqDH6, 300f3000*",
        "142, MwC94U_B, 300f*3000",
        "143, ahzFESnX, 3010*020100",
        "144, jJo9xBlh, 3010*bf7f00",
        "145, MD1AtJ2a, 3011*a0020500",
        "146, Y12oeGlv, 300f*a000",
        "147, Ml5tzqvW, 300f300d*"
    })
    void modifiedPaddingOfTheAlgorithm(int number, String published, String bent) {
        refuses(published, sequence(filled(bent, OID + NULL) + HASH));
    }

    @ParameterizedTest
    @CsvSource({
        "148, GPGY6gby, 068109*",
        "149, euVQVGDt, 06820009*",
        "150, QUNdENk2, 060a*",
        "151, iekkAcsJ, 0608*",
        "152, bX_aApW1, 06850100000009*",
        "153, WlT44xNg, 0689010000000000000009*",
        "154, DeCGN-nQ, 06847fffffff*",
        "155, OHvU6LQv, 068480000000*",
        "156, cvUnO2pU, 0684ffffffff*",
        "157, MJJk3ioj, 0685ffffffffff*",
        "158, Bu1zZTVk, 0688ffffffffffffffff*",
        "159, f7cGh2ei, 06ff*",
        "160, GELbv6x2, 0680*",
        "161, evFoR9st, ''",
        "188, iMVHQ7dv, 060a*01",
        "189, a5-vmhDk, 0609608648016503040211"
    })
    void modifiedPaddingOfTheOid(int number, String published, String bent) {
        refuses(published, sequence(sequence(filled(bent, OID.substring(4)) + NULL) + HASH));
    }

    /** Wycheproof has none without it: RFC 8017 (§9.2, note 1) lets a verifier take that, and the JDK does. */
    @ParameterizedTest
    @CsvSource({
        "194, NDy5dgag, 0580",
        "195, aa24MOvn, 058100",
        "196, SUAy1uV8, 0501",
        "197, F9PG5Pad, 05850100000000",
        "198, kEAFQatJ, 0589010000000000000000",
        "199, PU6nWuUI, 05847fffffff",
        "200, Q1Zxozyn, 058480000000",
        "201, VcSjrUQb, 0584ffffffff",
        "202, dKKvEhk3, 0585ffffffffff",
        "203, ETxU8ub9, 0588ffffffffffffffff",
        "204, Ebrxwm9a, 05ff",
        "205, J1i-plGk, 05020000",
        "206, gn2zBmgx, 05020500",
        "207, CeLePpWA, 25054981770500",
        "208, i2kHMe45, 250425000500",
        "209, LgUFEHH_, 250205000004deadbeef",
        "210, OrCife3w, 2508aa00bb00cd000500",
        "211, PL4rG8zF, 0581",
        "212, cl-b7uOp, 2506aa02aabb0500",
        "213, jUThjH7r, 258005000000"
    })
    void modifiedPaddingOfTheNull(int number, String published, String bent) {
        refuses(published, sequence(sequence(OID + bent) + HASH));
    }

    /** The hash shorter, of another algorithm or bare, and what Bleichenbacher put behind it. */
    @Test
    void modifiedPaddingOfTheRest() {
        refuses("", sequence(ALGORITHM + HASH.substring(0, HASH.length() - 2)));
        refuses("", sequence("300d0609608648016503040202" + NULL + HASH));
        refuses("", HASH.substring(4));
        refuses("", "ff".repeat(8) + "00" + sequence(ALGORITHM + HASH) + "00".repeat(193));
    }

    private static String filled(String bent, String content) {
        return bent.replace("*", content)
                .replace("<", content.substring(0, content.length() - 2))
                .replace(">", content.substring(2));
    }

    private static String sequence(String content) {
        return String.format("30%02x", content.length() / 2) + content;
    }

    private static void refuses(String published, String digestInfo) {
        String signature = Wycheproof.rsaSignature(bytes(digestInfo));
        assertThat(signature).startsWith(published);
        assertThat(Base64.getUrlDecoder().decode(signature)).hasSize(256);
        assertThat(accepts(jws(signature), rsaKey(""))).isFalse();
    }
}
