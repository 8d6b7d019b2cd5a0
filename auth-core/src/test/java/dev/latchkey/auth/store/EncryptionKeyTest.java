package dev.latchkey.auth.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class EncryptionKeyTest {

    private static final byte[] BYTES = Base64.getDecoder().decode("+/4BAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4=");

    @Test
    void isTheSameHoweverItWasLoaded() {
        String base64 = Base64.getEncoder().encodeToString(BYTES);
        assertThat(EncryptionKey.of("k", BYTES).key().getEncoded()).isEqualTo(BYTES);
        for (String text : new String[] {
            base64,
            base64 + "\n",
            base64.replace("=", ""),
            base64.replace('+', '-').replace('/', '_')
        }) {
            assertThat(EncryptionKey.ofBase64("k", text).key().getEncoded()).isEqualTo(BYTES);
        }
        SecretKey key = new SecretKeySpec(BYTES, "AES");
        assertThat(EncryptionKey.of("k", key).key().getEncoded()).isEqualTo(BYTES);
    }

    @Test
    void comesOutOfAPkcs12File() throws Exception {
        char[] password = "changeit".toCharArray();
        KeyStore written = KeyStore.getInstance("PKCS12");
        written.load(null, null);
        written.setEntry(
                "tokens-2026",
                new KeyStore.SecretKeyEntry(new SecretKeySpec(BYTES, "AES")),
                new KeyStore.PasswordProtection(password));
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        written.store(file, password);
        KeyStore read = KeyStore.getInstance("PKCS12");
        read.load(new ByteArrayInputStream(file.toByteArray()), password);

        EncryptionKey key = EncryptionKey.fromKeyStore(read, "tokens-2026", password);

        assertThat(key.id()).isEqualTo("tokens-2026");
        assertThat(key.key().getEncoded()).isEqualTo(BYTES);
        assertThatThrownBy(() -> EncryptionKey.fromKeyStore(read, "missing", password))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void refusesWhatIsNoKey() {
        SecretKey des = new SecretKeySpec(BYTES, "DESede");
        assertThatThrownBy(() -> EncryptionKey.of("k", des)).hasMessageContaining("DESede");
        assertThatThrownBy(() -> EncryptionKey.of("k", Arrays.copyOf(BYTES, 16)))
                .hasMessageContaining("32 bytes");
        assertThatThrownBy(() -> EncryptionKey.of("k", new SecretKeySpec(BYTES, 0, 16, "AES")))
                .hasMessageContaining("32 bytes");
        assertThatThrownBy(() -> EncryptionKey.of("k", new byte[32])).hasMessageContaining("zeros");
        for (String id : new String[] {"", "a key", "k/1", "k".repeat(65), "\u00e9"}) {
            assertThatThrownBy(() -> EncryptionKey.of(id, BYTES)).isInstanceOf(IllegalArgumentException.class);
        }
        String password = "correct horse battery staple!";
        assertThatThrownBy(() -> EncryptionKey.ofBase64("k", password))
                .hasMessage("Key k is not base64")
                .hasNoCause();
    }

    @Test
    void twoKeysNeverShareAnId() {
        EncryptionKeys keys = EncryptionKeys.of(EncryptionKey.of("k", BYTES));
        EncryptionKey same = EncryptionKey.random("k", new SecureRandom());

        assertThatThrownBy(() -> keys.alsoReading(same)).hasMessageContaining("same id");
    }

    @Test
    void doesNotPrintItself() {
        EncryptionKey key = EncryptionKey.of("k", BYTES);

        assertThat(key).hasToString("EncryptionKey[k]");
        assertThat(EncryptionKeys.of(key).alsoReading(EncryptionKey.random("old", new SecureRandom())))
                .hasToString("EncryptionKeys[k, old]");
    }
}
