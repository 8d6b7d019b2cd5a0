package dev.latchkey.auth.jose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import dev.latchkey.auth.error.ConfigurationException;
import org.junit.jupiter.api.Test;

class JwkSetTest {

    private static SigningKey named(String file, String id) {
        return SigningKey.pem(TestKeys.pem(file)).keyId(id).build();
    }

    @Test
    void holdsThePublicHalvesWithNameAlgorithmAndUse() throws Exception {
        SigningKey rsa = named("rsa-with-chain", "old");
        SigningKey ec = named("ec384", "new \"one\"");
        String json = JwkSet.of(rsa, ec).toJson();

        JWKSet read = JWKSet.parse(json);
        assertThat(read.getKeys())
                .hasSize(2)
                .noneMatch(JWK::isPrivate)
                .allMatch(each -> KeyUse.SIGNATURE.equals(each.getKeyUse()));
        JWK old = read.getKeyByKeyId("old");
        assertThat(old.toRSAKey().toPublicKey()).isEqualTo(rsa.publicKey());
        assertThat(old.getAlgorithm().getName()).isEqualTo("PS256");
        assertThat(old.getParsedX509CertChain()).isEqualTo(rsa.certificateChain());
        JWK current = read.getKeyByKeyId("new \"one\"");
        assertThat(current.toECKey().toPublicKey()).isEqualTo(ec.publicKey());
        assertThat(current.getAlgorithm().getName()).isEqualTo("ES384");
        assertThat(json).doesNotContain("\"d\"").doesNotContain("\"p\"").doesNotContain("\"k\"");
    }

    @Test
    void oneKeyNeedsNoNameAndSeveralDo() throws Exception {
        SigningKey unnamed = TestKeys.es256();
        assertThat(JWKSet.parse(JwkSet.of(unnamed).toJson()).getKeys().get(0).getKeyID())
                .isNull();
        assertThatThrownBy(() -> JwkSet.of(unnamed, named("rsa", "one")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("kid");
        assertThatThrownBy(() -> JwkSet.of(named("ec", "one"), named("rsa", "one")))
                .isInstanceOf(ConfigurationException.class);
        assertThatThrownBy(JwkSet::of).isInstanceOf(ConfigurationException.class);
    }
}
