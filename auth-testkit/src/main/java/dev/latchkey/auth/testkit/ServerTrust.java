package dev.latchkey.auth.testkit;

import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;

/** Trust in one test server's certificate, in the two forms in which HTTP clients want it. Immutable. */
public final class ServerTrust {

    private final SSLContext sslContext;
    private final X509TrustManager trustManager;

    ServerTrust(SSLContext sslContext, X509TrustManager trustManager) {
        this.sslContext = sslContext;
        this.trustManager = trustManager;
    }

    /**
     * Gives a context for clients.
     *
     * @return the context
     */
    public SSLContext sslContext() {
        return sslContext;
    }

    /**
     * Gives the trust manager that the context uses.
     *
     * @return the trust manager
     */
    public X509TrustManager trustManager() {
        return trustManager;
    }
}
