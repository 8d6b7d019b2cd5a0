package dev.latchkey.platform;

import dev.latchkey.platform.authorize.AuthorizeEndpoint;
import dev.latchkey.platform.directory.Tenant;
import dev.latchkey.platform.directory.User;
import dev.latchkey.platform.exchange.RequestLog;
import dev.latchkey.platform.fault.Faults;
import dev.latchkey.platform.graph.GraphEndpoint;
import dev.latchkey.platform.http.FaultScript;
import dev.latchkey.platform.http.LoopbackServer;
import dev.latchkey.platform.tls.EphemeralAuthority;
import dev.latchkey.platform.token.AccessTokens;
import dev.latchkey.platform.token.Authority;
import dev.latchkey.platform.token.Realm;
import dev.latchkey.platform.token.SigningKey;
import dev.latchkey.platform.token.TokenEndpoint;
import dev.latchkey.platform.token.UserinfoEndpoint;
import java.net.ServerSocket;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * An authorization server and a small Graph in this process, on loopback, over https with a certificate authority that
 * was made for it: for demonstrations and tests, never for people's real passwords.
 *
 * <pre>{@code
 * try (IdentityPlatform platform = IdentityPlatform.builder()
 *         .user(User.of("ada@contoso.example", "correct horse", "Ada Lovelace"))
 *         .client(Client.publicClient("app").redirectUri("http://127.0.0.1/callback"))
 *         .start()) {
 *     platform.issuer();                 // https://127.0.0.1:port, with discovery
 *     platform.trust().sslContext();     // trusts it
 *     platform.faults().next("/token", Fault.serverError(503));
 *     platform.requests().last("/token").form();
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads.
 */
public final class IdentityPlatform implements AutoCloseable {
    private final Realm realm;
    private final PlatformTrust trust;
    private final Devices devices;
    private final RequestLog requests;
    private final FaultScript faults = new FaultScript();
    private final LoopbackServer server;

    IdentityPlatform(PlatformBuilder builder) {
        Optional<User> autoSignIn = builder.autoSignIn();
        SecureRandom random = new SecureRandom();
        EphemeralAuthority authority =
                EphemeralAuthority.create(random, Clock.systemUTC().instant());
        SSLContext tls = authority.serverContext(builder.certificateNames());
        ServerSocket socket = LoopbackServer.bind(builder.port());
        String scheme = builder.isPlainHttp() ? "http" : "https";
        this.realm = new Realm(
                scheme + "://" + builder.host() + ":" + socket.getLocalPort(),
                builder.clock(),
                random,
                builder.rules(),
                builder.tenants(),
                builder.users(),
                builder.clients());
        SigningKey key = SigningKey.create(random);
        AccessTokens accessTokens = new AccessTokens(realm, key);
        TokenEndpoint token = new TokenEndpoint(realm, key, accessTokens);
        Routes routes = new Routes(
                realm,
                key,
                token,
                new AuthorizeEndpoint(realm, token, autoSignIn.orElse(null)),
                new UserinfoEndpoint(realm, accessTokens),
                new GraphEndpoint(realm, accessTokens, builder.pageSize()));
        this.trust = PlatformTrust.in(authority.certificate());
        this.devices = new Devices(realm, token.devices());
        this.requests = new RequestLog(builder.logCapacity());
        this.server = LoopbackServer.start(
                socket, builder.isPlainHttp() ? null : tls.getSocketFactory(), routes, requests, faults);
    }

    /**
     * Starts to say how a platform shall be.
     *
     * @return a builder
     */
    public static PlatformBuilder builder() {
        return new PlatformBuilder();
    }

    /**
     * Where the platform listens.
     *
     * @return scheme, host and port, without a slash at its end
     */
    public URI baseUri() {
        return URI.create(realm.base());
    }

    /**
     * The generic issuer.
     *
     * @return the issuer identifier, equal to {@link #baseUri()}
     */
    public URI issuer() {
        return baseUri();
    }

    /**
     * The issuer of a tenant, in Microsoft's shape.
     *
     * @param tenant the tenant
     * @return the issuer identifier
     */
    public URI issuer(Tenant tenant) {
        return URI.create(Authority.of(tenant).tokenIssuer(realm.base(), tenant));
    }

    /**
     * The first tenant.
     *
     * @return the tenant
     */
    public Tenant tenant() {
        return realm.home();
    }

    /**
     * The base of the small Graph.
     *
     * @return the base, up to and with {@code /v1.0}
     */
    public URI graphUri() {
        return URI.create(realm.base() + "/v1.0");
    }

    /**
     * What a client needs to trust the platform.
     *
     * @return the trust
     */
    public PlatformTrust trust() {
        return trust;
    }

    /**
     * The requests received.
     *
     * @return the log
     */
    public RequestLog requests() {
        return requests;
    }

    /**
     * The script of misbehaviour.
     *
     * @return the script
     */
    public Faults faults() {
        return faults;
    }

    /**
     * Decides on device codes without a browser.
     *
     * @return the devices
     */
    public Devices devices() {
        return devices;
    }

    /**
     * A browser without a screen that trusts the platform. Each has its own cookies.
     *
     * @return a new browser
     */
    public ScriptedBrowser browser() {
        return ScriptedBrowser.trusting(trust.sslContext());
    }

    /** Closes the port and every connection. */
    @Override
    public void close() {
        server.close();
    }

    @Override
    public String toString() {
        return "IdentityPlatform[" + realm.base() + "]";
    }
}
