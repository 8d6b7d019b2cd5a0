package dev.latchkey.it.atproto;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.transport.apache.ApacheTransport;
import dev.latchkey.transport.jdk.JdkTransport;
import javax.net.ssl.SSLContext;

/** Every transport of ours, as an application gets it. */
enum Transport {
    JDK {
        @Override
        HttpTransport trusting(SSLContext trust) {
            return JdkTransport.create(trust);
        }
    },
    APACHE {
        @Override
        HttpTransport trusting(SSLContext trust) {
            return ApacheTransport.create(trust);
        }
    };

    abstract HttpTransport trusting(SSLContext trust);
}
