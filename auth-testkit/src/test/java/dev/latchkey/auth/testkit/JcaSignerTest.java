package dev.latchkey.auth.testkit;

import dev.latchkey.auth.spi.JcaSessionKeys;
import dev.latchkey.auth.spi.JwsSigner;
import java.io.IOException;

class JcaSignerTest extends JwsSignerContract {

    @Override
    protected JwsSigner signer() throws IOException {
        return JcaSessionKeys.create().create("ES256");
    }
}
