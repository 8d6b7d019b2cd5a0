package dev.latchkey.it.keycloak;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.transport.apache.ApacheTransport;
import dev.latchkey.transport.jdk.JdkTransport;
import java.net.http.HttpClient;
import javax.net.ssl.SSLContext;

/** Every transport of ours. Over https Keycloak and the JDK's client agree on HTTP/2. */
enum Transport {
    JDK {
        @Override
        HttpTransport trusting(SSLContext trust) {
            return JdkTransport.over(HttpClient.newBuilder().sslContext(trust).build());
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
