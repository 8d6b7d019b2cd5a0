package dev.latchkey.auth.jose;

import dev.latchkey.auth.spi.JwsSigner;
import dev.latchkey.auth.testkit.JwsSignerContract;
import org.junit.jupiter.api.Nested;

/** Each algorithm, each kind of file, and a key elsewhere, by the published contract. */
class SigningKeyTest {

    @Nested
    class Rs256 extends JwsSignerContract {
        @Override
        protected JwsSigner signer() {
            return TestKeys.signing("rsa-pkcs1", "RS256");
        }
    }

    @Nested
    class Rs384 extends JwsSignerContract {
        @Override
        protected JwsSigner signer() {
            return TestKeys.signing("rsa", "RS384");
        }
    }

    @Nested
    class Rs512 extends JwsSignerContract {
        @Override
        protected JwsSigner signer() {
            return TestKeys.signing("rsa", "RS512");
        }
    }

    @Nested
    class Ps256WithChain extends JwsSignerContract {
        @Override
        protected JwsSigner signer() {
            return TestKeys.signing("rsa-with-chain", "PS256");
        }
    }

    @Nested
    class Ps384OfAPssKey extends JwsSignerContract {
        @Override
        protected JwsSigner signer() {
            return TestKeys.signing("rsa-pss", "PS384");
        }
    }

    @Nested
    class Ps512FromPkcs12 extends JwsSignerContract {
        @Override
        protected JwsSigner signer() {
            return SigningKey.pkcs12(TestKeys.file("rsa.p12"), TestKeys.PASSWORD.toCharArray())
                    .algorithm("PS512")
                    .build();
        }
    }

    @Nested
    class Es256 extends JwsSignerContract {
        @Override
        protected JwsSigner signer() {
            return TestKeys.signing("ec-sec1", "ES256");
        }
    }

    @Nested
    class Es384 extends JwsSignerContract {
        @Override
        protected JwsSigner signer() {
            return TestKeys.signing("ec384", "ES384");
        }
    }

    @Nested
    class Es512 extends JwsSignerContract {
        @Override
        protected JwsSigner signer() {
            return TestKeys.signing("ec521", "ES512");
        }
    }

    /** A provider without the format of JWS: what it gives is turned around. */
    @Nested
    class Es256OfAProviderThatSpeaksDer extends JwsSignerContract {
        @Override
        protected JwsSigner signer() {
            return SigningKey.pem(TestKeys.pem("ec")).provider(new DerOnly()).build();
        }
    }

    @Nested
    class EdDsa extends JwsSignerContract {
        @Override
        protected JwsSigner signer() {
            return TestKeys.signing("ed25519", "EdDSA");
        }
    }

    @Nested
    class Ed25519 extends JwsSignerContract {
        @Override
        protected JwsSigner signer() {
            return TestKeys.signing("ed25519", "Ed25519");
        }
    }

    @Nested
    class Elsewhere extends JwsSignerContract {
        @Override
        protected JwsSigner signer() {
            return new TestKeys.Remote(TestKeys.es256());
        }
    }
}
