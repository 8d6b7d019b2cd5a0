package dev.latchkey.it.okhttp;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.testkit.HttpTransportContract;
import dev.latchkey.auth.testkit.ServerTrust;
import okhttp3.OkHttpClient;

/** The published contract, over the client that a user would naively pass in. */
final class OkHttpTransportTest extends HttpTransportContract {

    @Override
    protected HttpTransport create() {
        return new OkHttpTransport(new OkHttpClient());
    }

    /** It was written without a thought about addresses, and the port's default says so for it. */
    @Override
    protected boolean honoursAddressPolicy() {
        return false;
    }

    @Override
    protected HttpTransport create(ServerTrust trust) {
        return new OkHttpTransport(new OkHttpClient.Builder()
                .sslSocketFactory(trust.sslContext().getSocketFactory(), trust.trustManager())
                .build());
    }
}
