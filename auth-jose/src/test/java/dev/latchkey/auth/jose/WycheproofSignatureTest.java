package dev.latchkey.auth.jose;

import static dev.latchkey.auth.jose.Wycheproof.ES256;
import static dev.latchkey.auth.jose.Wycheproof.ES256_SIGNATURE;
import static dev.latchkey.auth.jose.Wycheproof.FOO;
import static dev.latchkey.auth.jose.Wycheproof.P256_ORDER;
import static dev.latchkey.auth.jose.Wycheproof.RS256;
import static dev.latchkey.auth.jose.Wycheproof.accepts;
import static dev.latchkey.auth.jose.Wycheproof.acceptsMac;
import static dev.latchkey.auth.jose.Wycheproof.ecKey;
import static dev.latchkey.auth.jose.Wycheproof.rsaKey;
import static dev.latchkey.auth.jose.Wycheproof.spoiled;
import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Wycheproof's json_web_signature_test, by its numbers; the bent paddings of RSA are in {@link WycheproofPaddingTest}. */
class WycheproofSignatureTest {

    private static final String MAC_HEADER = Wycheproof.header("{\"kid\":\"hs256-key\",\"alg\":\"HS256\"}");
    private static final byte[] ZEROS = new byte[32];

    private static void refusesAll(Map<String, String> cases, String... jwks) {
        assertThat(cases).hasSize(16);
        cases.forEach((name, jws) -> assertThat(accepts(jws, jwks)).as(name).isFalse());
    }

    private static String mac(String input) {
        try {
            return Keys.base64(HmacSecret.mac("HS256", ZEROS, input.getBytes(StandardCharsets.ISO_8859_1)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean acceptsMacOf(String input, String published) {
        String mac = mac(input);
        assertThat(mac).startsWith(published);
        return acceptsMac(input + "." + mac, ZEROS, "HS256");
    }

    @Test
    void tc1To17_hs256() {
        String header = Wycheproof.header("{\"alg\":\"HS256\",\"kid\":\"kid-aes-sign\"}");
        byte[] key = Base64.getUrlDecoder().decode("-ebuDNsVZ2iJtoZ-akfXTSCt4UO2cruLCsbWlBinggE");
        String mac = "TD37p4c_0jmreSrBSDmE0F3mYSPtkZ3WrSyI5wb_KTg";

        assertThat(acceptsMac(header + "." + FOO + "." + mac, key, "HS256")).isTrue();
        spoiled(header, FOO, mac)
                .forEach((name, jws) ->
                        assertThat(acceptsMac(jws, key, "HS256")).as(name).isFalse());
    }

    @Test
    void tc18To30_es256() {
        assertThat(accepts(ES256 + "." + FOO + "." + ES256_SIGNATURE, ecKey("")))
                .isTrue();
        refusesAll(spoiled(ES256, FOO, ES256_SIGNATURE), ecKey(""));
    }

    @Test
    void tc31_aVerificationKeyIsNoSecret() throws Exception {
        PublicKey ec = JWK.parse(ecKey("")).toECKey().toPublicKey();
        PublicKey rsa = JWK.parse(rsaKey("")).toRSAKey().toPublicKey();
        byte[] x = Base64.getUrlDecoder().decode("04N0xi21hshyvBp7I167sbE_bXqyqkAPfefdklMO7wY");
        for (byte[] secret :
                new byte[][] {ec.getEncoded(), rsa.getEncoded(), x, ecKey("").getBytes(StandardCharsets.UTF_8)}) {
            for (String keyId : new String[] {"kid-ec-sign", "kid-rsa-sign"}) {
                String jws =
                        Keys.authenticated("{\"alg\":\"HS256\",\"kid\":\"" + keyId + "\"}", "foo", "HS256", secret);
                assertThat(accepts(jws, ecKey(""), rsaKey(""))).isFalse();
            }
        }
    }

    @Test
    void tc32_rejectsAttackerProvidedEmbeddedJwk() {
        String header =
                "{\"alg\":\"ES256\",\"kid\":\"kid-ec-sign\",\"jwk\":" + Keys.jwk(Keys.P256, "kid-ec-sign", "") + "}";
        String jws = Keys.jwt(header, "foo", "ES256", Keys.P256);
        assertThat(accepts(jws, ecKey(""))).isFalse();
        assertThat(accepts(jws, Keys.jwk(Keys.P256, "kid-ec-sign", ""))).isTrue();
    }

    @Test
    void tc33To45_rs256() {
        String signature = Wycheproof.rsaSignature(Wycheproof.digestInfo(RS256 + "." + FOO));
        assertThat(accepts(RS256 + "." + FOO + "." + signature, rsaKey(""))).isTrue();
        refusesAll(spoiled(RS256, FOO, signature), rsaKey(""));
    }

    /**
     * Figure 27 of RFC 7520. Wycheproof names the key's {@code alg} ES521 there and PS256 beside a PS384 signature (350, 351), and
     * calls both valid; a key's {@code alg} is binding here (RFC 7517 §4.4).
     */
    @Test
    void tc351_es512OfRfc7520() {
        String key =
                "{\"kty\":\"EC\",\"kid\":\"bilbo.baggins@hobbiton.example\",\"crv\":\"P-521\",\"key_ops\":[\"verify\"],"
                        + "\"x\":\"AHKZLLOsCOzz5cY97ewNUajB957y-C-U88c3v13nmGZx6sYl_oJXu9A5RkTKqjqvjyekWF-7ytDyRXYgCF5cj0Kt\","
                        + "\"y\":\"AdymlHvOiLxXkEhayXQnNCvDX4h9htZaCJN34kfmC6pV5OhQHiraVySsUdaQkAgDPrwQrJmbnX9cwlGfP-HqHZR1\"}";
        String jws =
                "eyJhbGciOiJFUzUxMiIsImtpZCI6ImJpbGJvLmJhZ2dpbnNAaG9iYml0b24uZXhhbXBsZSJ9.SXTigJlzIGEgZGFuZ2Vyb3VzIGJ1c2luZ"
                        + "XNzLCBGcm9kbywgZ29pbmcgb3V0IHlvdXIgZG9vci4gWW91IHN0ZXAgb250byB0aGUgcm9hZCwgYW5kIGlmIHlvdSBkb24ndCBrZWVwI"
                        + "HlvdXIgZmVldCwgdGhlcmXigJlzIG5vIGtub3dpbmcgd2hlcmUgeW91IG1pZ2h0IGJlIHN3ZXB0IG9mZiB0by4.AE_R_YZCChjn4791j"
                        + "SQCrdPZCNYqHXCTZH0-JZGYNlaAjP2kqaluUIIUnC9qvbu9Plon7KRTzoNEuT4Va2cmL1eJAQy3mtPBu_u_sDDyYjnAMDxXPn7XrT0lw"
                        + "-kvAD890jl8e2puQens_IEKBpHABlsbEPX6sFY8OcGDqoRuBomu9xQ2";
        assertThat(accepts(jws, key)).isTrue();
        assertThat(accepts(jws, key.replace("}", ",\"alg\":\"ES512\"}"))).isTrue();
        assertThat(accepts(jws, key.replace("}", ",\"alg\":\"ES521\"}"))).isFalse();
        assertThat(accepts(jws.replace("AE_R_YZ", "AE_R_YY"), key)).isFalse();
    }

    @Test
    void tc357To359And376And377_validMacs() {
        assertThat(acceptsMacOf(MAC_HEADER + ".VGVzdA", "c1LROH7eNQwUT8KMVEO52VC3WZ9e_AnDWbZ7aMmowV8"))
                .isTrue();
        assertThat(acceptsMacOf(MAC_HEADER + ".VDIxMzI1NjY4", "AAAAtBuQqoI9HuBe"))
                .isTrue();
        assertThat(acceptsMacOf(MAC_HEADER + ".VDgxMjM0MTM", "____ETVRY0lRV9Xg"))
                .isTrue();
        String spaces = Wycheproof.header("{ \"kid\" : \"hs256-key\", \"alg\" : \"HS256\" }");
        assertThat(acceptsMacOf(spaces + ".VGVzdA", "3nl1C7dKVGLfNyAL")).isTrue();
        String lines = Wycheproof.header("{\"kid\":\"hs256-key\",\n\t\"alg\":\"HS256\"}");
        assertThat(acceptsMacOf(lines + ".VGVzdA", "Yxn8cTl7IHpFIoEP")).isTrue();
    }

    @Test
    void tc360To364_charactersThatAreNoBase64UrlInTheMac() {
        String input = MAC_HEADER + ".VGVzdA.";
        String right = mac(MAC_HEADER + ".VGVzdA");
        for (String wrong : new String[] {
            "    " + right, "?" + right, right + "?", right + "=", right.substring(0, 20) + "\n" + right.substring(20)
        }) {
            assertThat(acceptsMac(input + wrong, ZEROS, "HS256")).as(wrong).isFalse();
        }
        String zero = MAC_HEADER + ".VDIxMzI1NjY4.";
        assertThat(acceptsMac(zero + "?" + mac(MAC_HEADER + ".VDIxMzI1NjY4").substring(1), ZEROS, "HS256"))
                .isFalse();
        String ones = MAC_HEADER + ".VDgxMjM0MTM.";
        assertThat(acceptsMac(ones + "????" + mac(MAC_HEADER + ".VDgxMjM0MTM").substring(4), ZEROS, "HS256"))
                .isFalse();
    }

    /** Every one with the MAC of just what is there, and those of 372 and 373 with the MAC of what a lenient decoder would make of it. */
    @Test
    void tc365To375_charactersThatAreNoBase64UrlBeforeTheMac() {
        assertThat(acceptsMacOf(MAC_HEADER + "    .VGVzdA", "DR-cdw2cCB53b3mp")).isFalse();
        assertThat(acceptsMacOf(MAC_HEADER + "####.VGVzdA", "23srvDiEYo7665_2")).isFalse();
        assertThat(acceptsMacOf(MAC_HEADER + "=.VGVzdA", "")).isFalse();
        assertThat(acceptsMacOf(MAC_HEADER + ".    VGVzdA", "AbPJgmXfihyNBUYp")).isFalse();
        assertThat(acceptsMacOf(MAC_HEADER + ".####VGVzdA", "Ixs2CdBkk8qjqe2-")).isFalse();
        assertThat(acceptsMacOf(MAC_HEADER + ".VGVzdA==", "")).isFalse();
        assertThat(acceptsMacOf(MAC_HEADER + ".?VGVzdA", "q0zEA3Js33N6HcOF")).isFalse();
        String right = "." + mac(MAC_HEADER + ".VGVzdA");
        String inserted =
                MAC_HEADER.substring(0, MAC_HEADER.length() - 1) + "?" + MAC_HEADER.substring(MAC_HEADER.length() - 1);
        assertThat(acceptsMac(inserted + ".VGVzdA" + right, ZEROS, "HS256")).isFalse();
        assertThat(acceptsMac(MAC_HEADER + ".VGVzdA?" + right, ZEROS, "HS256")).isFalse();
        assertThat(acceptsMacOf(MAC_HEADER + ".AA", "")).isTrue();
        assertThat(acceptsMacOf(MAC_HEADER + ".AB", "")).isFalse();
        assertThat(acceptsMac(MAC_HEADER + ".AB." + mac(MAC_HEADER + ".AA"), ZEROS, "HS256"))
                .isFalse();
    }

    private static byte[] sized(BigInteger number, int size) {
        byte[] bytes = number.toByteArray();
        byte[] sized = new byte[size];
        int length = Math.min(size, bytes.length);
        System.arraycopy(bytes, bytes.length - length, sized, size - length, length);
        return sized;
    }

    private static boolean acceptsEcdsa(byte[]... parts) {
        byte[] all = new byte[0];
        for (byte[] part : parts) {
            int before = all.length;
            all = Arrays.copyOf(all, before + part.length);
            System.arraycopy(part, 0, all, before, part.length);
        }
        return accepts(ES256 + "." + FOO + "." + Keys.base64(all), ecKey(""));
    }

    private static final BigInteger R =
            new BigInteger(1, Arrays.copyOf(Base64.getUrlDecoder().decode(ES256_SIGNATURE), 32));
    private static final BigInteger S =
            new BigInteger(1, Arrays.copyOfRange(Base64.getUrlDecoder().decode(ES256_SIGNATURE), 32, 64));

    @Test
    void tc378_theOtherHalfOfTheCurveIsValid() {
        BigInteger other = P256_ORDER.subtract(S);
        byte[] signature = Arrays.copyOf(sized(R, 32), 64);
        System.arraycopy(sized(other, 32), 0, signature, 32, 32);
        assertThat(Keys.base64(signature))
                .isEqualTo("5cA0OHyMP7ezamUd5c9kV-FrGxdx4hbGXOdplQkutrppUShFwBW_Qj7IqhFOtNrIXLLKXS5CSZmERxmnjeyoiQ");
        assertThat(acceptsEcdsa(signature)).isTrue();
    }

    @Test
    void tc379To385_numbersOfAWrongSize() {
        BigInteger overflow = BigInteger.ONE.shiftLeft(256);
        assertThat(acceptsEcdsa(sized(R, 33), sized(S, 33)))
                .as("SignatureTooLong")
                .isFalse();
        assertThat(acceptsEcdsa(sized(R, 32), sized(S, 33))).as("TrailingZeros").isFalse();
        assertThat(acceptsEcdsa(sized(R, 32), sized(S, 32), new byte[1]))
                .as("TrailingZeros")
                .isFalse();
        assertThat(acceptsEcdsa(sized(R.add(P256_ORDER), 33), sized(S, 33)))
                .as("RisTooBig")
                .isFalse();
        assertThat(acceptsEcdsa(sized(R, 33), sized(S.add(P256_ORDER), 33)))
                .as("SisTooBig")
                .isFalse();
        assertThat(acceptsEcdsa(sized(R.add(overflow), 33), sized(S, 33)))
                .as("IntegerOverflow")
                .isFalse();
        assertThat(acceptsEcdsa(sized(R, 33), sized(S.add(overflow), 33)))
                .as("IntegerOverflow")
                .isFalse();
        assertThat(acceptsEcdsa(sized(R, 288), sized(S, 288)))
                .as("BufferOverflow")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "0,0", "0,1", "0,-1", "0,n", "1,0", "1,1", "1,-1", "1,n", "-1,0", "-1,1", "-1,-1", "-1,n", "n,0", "n,1", "n,-1",
        "n,n"
    })
    void tc386To401_numbersAtTheEdge(String r, String s) {
        assertThat(acceptsEcdsa(sized(edge(r), 32), sized(edge(s), 32))).isFalse();
    }

    private static BigInteger edge(String name) {
        return name.equals("n") ? P256_ORDER : new BigInteger(name).mod(P256_ORDER);
    }
}
