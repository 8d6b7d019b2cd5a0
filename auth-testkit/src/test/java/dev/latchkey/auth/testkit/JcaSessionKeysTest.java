package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.spi.JcaSessionKeys;
import dev.latchkey.auth.spi.JwsSigner;
import dev.latchkey.auth.spi.SessionKeys;
import java.security.PublicKey;
import org.junit.jupiter.api.Test;

class JcaSessionKeysTest extends SessionKeysContract {

    @Override
    protected SessionKeys create() {
        return JcaSessionKeys.create();
    }

    @Test
    void savesOnlyItsOwnKeys() {
        assertThatThrownBy(() -> JcaSessionKeys.create().save(new Foreign()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static final class Foreign implements JwsSigner {

        @Override
        public String algorithm() {
            return "ES256";
        }

        @Override
        public PublicKey publicKey() {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] sign(byte[] signingInput) {
            throw new UnsupportedOperationException();
        }
    }
}
