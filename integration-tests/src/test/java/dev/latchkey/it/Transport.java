package dev.latchkey.it;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.transport.apache.ApacheTransport;
import dev.latchkey.transport.jdk.JdkTransport;
import javax.net.ssl.SSLContext;

/** Every transport of ours, as an application gets it. */
public enum Transport {
    JDK {
        @Override
        public HttpTransport trusting(SSLContext trust) {
            return JdkTransport.create(trust);
        }
    },
    APACHE {
        @Override
        public HttpTransport trusting(SSLContext trust) {
            return ApacheTransport.create(trust);
        }
    };

    public abstract HttpTransport trusting(SSLContext trust);
}
