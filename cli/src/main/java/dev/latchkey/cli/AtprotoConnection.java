package dev.latchkey.cli;

import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.AtprotoClientBuilder;
import dev.latchkey.auth.atproto.AtprotoClientMetadata;
import dev.latchkey.auth.atproto.AtprotoRequest;
import dev.latchkey.auth.atproto.Did;
import dev.latchkey.auth.atproto.Handle;
import dev.latchkey.auth.authorize.Prompt;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A client of the AT Protocol and its transport. */
final class AtprotoConnection implements AutoCloseable {

    static final Scopes DEFAULT_SCOPES = Scopes.of("atproto", "transition:generic");

    // Without a port: the client's identifier has them in it, and must be the same in each run, or its sessions are not
    // found.
    private static final URI[] CALLBACKS = {URI.create("http://127.0.0.1/callback"), URI.create("http://[::1]/callback")
    };

    private final Terminal terminal;
    private final AtprotoNetwork network;
    private final AtprotoClient client;
    private final AtomicReference<@Nullable Exception> notSaved = new AtomicReference<>();
    private final AtomicReference<@Nullable OAuthException> notRevoked = new AtomicReference<>();

    private AtprotoConnection(
            Terminal terminal, AtprotoNetwork network, AtprotoClientMetadata metadata, TokenStore store) {
        this.terminal = terminal;
        this.network = network;
        ServerOptions server = network.server();
        AtprotoClientBuilder builder = AtprotoClient.builder(network.transport())
                .metadata(metadata)
                .identities(network.identities())
                .store(store)
                .clock(terminal.clock())
                .timeout(server.timeout())
                .listener(new AuthListener() {
                    @Override
                    public void sessionNotSaved(Optional<Account> account, Exception reason) {
                        notSaved.set(reason);
                    }

                    @Override
                    public void revocationFailed(Optional<Account> account, OAuthException reason) {
                        notRevoked.set(reason);
                    }
                });
        this.client = (server.httpAllowed ? builder.dangerouslyAllowLoopback() : builder).build();
    }

    /** The client for development, which needs no document. */
    static AtprotoClientMetadata metadata(Scopes scopes) {
        return AtprotoClientMetadata.localhost(scopes, CALLBACKS);
    }

    /** Takes the network over, which is closed with the connection, or when there will be none. */
    static AtprotoConnection over(
            AtprotoNetwork network, Terminal terminal, AtprotoClientMetadata metadata, TokenStore store) {
        try {
            return new AtprotoConnection(terminal, network, metadata, store);
        } catch (RuntimeException e) {
            network.close();
            throw e;
        }
    }

    /** Reaches the server of a login that is kept. */
    static AtprotoConnection open(Terminal terminal, Logins logins, Login login, int timeoutSeconds) {
        ServerOptions server = new ServerOptions();
        server.limit.seconds = timeoutSeconds;
        server.restore(login.options());
        AtprotoOptions options = new AtprotoOptions();
        options.restore(login.options());
        Scopes scopes = Scopes.parse(login.options().getOrDefault("scope", ""));
        return over(AtprotoNetwork.open(terminal, server, options), terminal, metadata(scopes), logins.store());
    }

    AtprotoClient client() {
        return client;
    }

    /** Tells why the last session could not be kept; nothing if it could. */
    Optional<Exception> notSaved() {
        return Optional.ofNullable(notSaved.get());
    }

    /** Tells why something could not be revoked, such as what a sign-in replaced; known for certain after closing. */
    Optional<OAuthException> notRevoked() {
        return Optional.ofNullable(notRevoked.get());
    }

    /** Has somebody sign in in the browser. */
    SignIn signIn(String who, String session, SignInOptions options) {
        try (LoopbackReceiver receiver = LoopbackReceiver.open()) {
            AtprotoRequest request = AtprotoRequest.of(who).session(session);
            return client.interactive(
                    options.prompt == null ? request : request.prompt(Prompt.of(options.prompt)),
                    receiver,
                    page -> SignInPage.show(terminal, options.noBrowser, page, ""),
                    options.patience());
        }
    }

    /** Finds the account's handle, for people; nothing if it has none, or if that cannot be found out now. */
    Optional<Handle> handle(Account account) {
        try {
            return network.identities().resolve(Did.of(account.subject())).handle();
        } catch (OAuthException e) {
            return Optional.empty();
        }
    }

    /** Says that a login is of another kind than the command wants. */
    static ConfigurationException other(Login login) {
        return new ConfigurationException(
                "--profile",
                login.profile() + " is " + login.described()
                        + ", which is no account of the AT Protocol; run latchkey login"
                        + " --atproto HANDLE, with another --profile");
    }

    @Override
    public void close() {
        client.close();
        network.close();
    }
}
