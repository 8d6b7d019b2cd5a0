package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ed25519 keys under which everybody can sign, and bytes that are no key. */
class EdwardsPointTest {

    private static byte[] bytes(String hex) {
        byte[] bytes = new byte[hex.length() / 2];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        return bytes;
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                // Orders 1, 2, 4, and the four points of order 8.
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0000000000000000000000000000000000000000000000000000000000000080",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
                // The same again with the sign of x = 0 set, or with y over the modulus.
                "0100000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                // No x belongs to this y.
                "0200000000000000000000000000000000000000000000000000000000000000"
            })
    void whatIsOfSmallOrderOrNoPointIsNoKey(String hex) {
        byte[] point = bytes(hex);

        assertThat(EdwardsPoint.canBeKey(point)).isFalse();
        assertThatThrownBy(
                        () -> VerificationKey.of(Map.of("kty", "OKP", "crv", "Ed25519", "x", Keys.base64(point)), null))
                .isInstanceOfSatisfying(
                        JoseFault.class, fault -> assertThat(fault.problem()).contains("no point"));
        assertThatThrownBy(() -> Ed25519.publicKey(point)).isInstanceOf(GeneralSecurityException.class);
    }

    @Test
    void everyKeyThatIsMadeIsTaken() throws Exception {
        assumeTrue(JcaSignature.has(Algorithm.of("Ed25519"), null), "Ed25519 came with Java 15");
        KeyPairGenerator generator = KeyPairGenerator.getInstance("Ed25519");
        for (int i = 0; i < 50; i++) {
            byte[] x = Ed25519.x(generator.generateKeyPair().getPublic());
            assertThat(EdwardsPoint.canBeKey(x)).isTrue();
        }
        // The vectors of RFC 8032 §7.1.
        for (String hex : new String[] {
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025"
        }) {
            assertThat(EdwardsPoint.canBeKey(bytes(hex))).isTrue();
        }
    }
}
