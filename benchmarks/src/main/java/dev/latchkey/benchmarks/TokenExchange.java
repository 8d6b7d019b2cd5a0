package dev.latchkey.benchmarks;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.transport.apache.ApacheTransport;
import dev.latchkey.transport.jdk.JdkTransport;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** One token request over https on loopback, on a connection that is kept alive. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@SuppressWarnings("NullAway.Init")
public class TokenExchange {

    private static final ClientCredentialsGrant GRANT = ClientCredentialsGrant.of(WithLatchkey.SCOPES);

    private TokenServer.Running server;
    private URI endpoint;
    private HttpClient jdk;
    private CloseableHttpClient apache;
    private OAuthClient overJdk;
    private OAuthClient overApache;

    /**
     * Starts the server and makes the clients: the same HTTP client by hand and under the transport.
     *
     * @throws Exception if the server does not start
     */
    @Setup
    public void start() throws Exception {
        server = TokenServer.Running.start();
        endpoint = URI.create(server.uri("/token"));
        SSLContext trust = Certificates.client(server.keyStore());
        jdk = Clients.jdk(trust);
        apache = Clients.apache(trust);
        overJdk = WithLatchkey.client(JdkTransport.over(jdk), endpoint);
        overApache = WithLatchkey.client(ApacheTransport.over(apache), endpoint);
    }

    /**
     * Ends the server.
     *
     * @throws Exception if it does not end
     */
    @TearDown
    public void stop() throws Exception {
        apache.close();
        server.close();
    }

    /**
     * By hand on java.net.http.
     *
     * @return a token
     * @throws Exception if none comes
     */
    @Benchmark
    public Object jdkByHand() throws Exception {
        return ByHand.token(jdk, endpoint);
    }

    /**
     * With Latchkey on java.net.http.
     *
     * @return a token
     */
    @Benchmark
    public Object jdkLatchkey() {
        return overJdk.request(GRANT);
    }

    /**
     * By hand on Apache HttpClient 5.
     *
     * @return a token
     * @throws Exception if none comes
     */
    @Benchmark
    public Object apacheByHand() throws Exception {
        return ByHand.token(apache, endpoint);
    }

    /**
     * With Latchkey on Apache HttpClient 5.
     *
     * @return a token
     */
    @Benchmark
    public Object apacheLatchkey() {
        return overApache.request(GRANT);
    }
}
