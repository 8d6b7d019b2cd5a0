package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.spi.JwsSigner;
import dev.latchkey.auth.spi.SessionKeys;
import dev.latchkey.auth.testkit.SessionKeysContract;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoftwareSessionKeysTest extends SessionKeysContract {

    @Override
    protected SessionKeys create() {
        return SoftwareSessionKeys.create();
    }

    @Override
    protected List<String> algorithms() {
        List<String> algorithms = new ArrayList<>(List.of("ES256", "ES384", "ES512", "PS256"));
        if (JcaSignature.has(Algorithm.of("Ed25519"), null)) {
            algorithms.addAll(List.of("Ed25519", "EdDSA"));
        }
        return algorithms;
    }

    @Test
    void theProviderOfTheApplicationSigns() throws Exception {
        SessionKeys keys = SoftwareSessionKeys.create(new SecureRandom(), new DerOnly());

        JwsSigner key = keys.create("ES256");
        assertThat(key.sign(new byte[] {1})).hasSize(64);
        assertThat(keys.restore(keys.save(key)).publicKey()).isEqualTo(key.publicKey());
        // What the provider does not have is not silently done by another one.
        assertThatThrownBy(() -> keys.create("ES384")).hasMessageContaining("[ES256]");
    }

    @Test
    void savesOnlyItsOwnKeys() {
        assertThatThrownBy(() -> create().save(TestKeys.es256())).isInstanceOf(IllegalArgumentException.class);
    }
}
