package dev.latchkey.it.atproto;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchkey.auth.AuthListener;
import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.AtprotoClientMetadata;
import dev.latchkey.auth.atproto.ClientKeys;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.it.Transport;
import dev.latchkey.it.atproto.lab.Reply;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An application with a client of ours, and somebody who signs in to it. */
final class Visitor implements AutoCloseable {

    static final Scopes SCOPES = Scopes.of("atproto", "transition:generic");
    static final URI CALLBACK = URI.create("https://app.test/callback");

    private static final URI CLIENT_ID = URI.create("https://app.test/client-metadata.json");

    /** Whose sessions have ended, as the library tells. */
    final List<Account> ended = new CopyOnWriteArrayList<>();

    private final World world;
    private final AtprotoClient client;

    private Visitor(World world, Transport kind, AtprotoClientMetadata metadata) {
        this.world = world;
        world.lab
                .host("app.test")
                .document(
                        CLIENT_ID.getPath(), () -> Reply.of(200, AtprotoClientMetadata.MEDIA_TYPE, metadata.toJson()));
        this.client = AtprotoClient.builder(world.transport(kind))
                .metadata(metadata)
                .identities(world.identities(kind))
                .clock(world.clock)
                .listener(new AuthListener() {
                    @Override
                    public void sessionEnded(Account account, OAuthException reason) {
                        ended.add(account);
                    }
                })
                .dangerouslyAllowLoopback()
                .build();
    }

    static Visitor confidential(World world, Transport kind) {
        try {
            String key =
                    new ECKeyGenerator(Curve.P_256).keyID("key-1").generate().toString();
            return new Visitor(
                    world,
                    kind,
                    metadata().keys(ClientKeys.of(SigningKey.jwk(key).build())).build());
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static Visitor open(World world, Transport kind) {
        return new Visitor(world, kind, metadata().build());
    }

    static Visitor development(World world, Transport kind) {
        return asking(world, kind, SCOPES);
    }

    /** A client for development with other scopes. */
    static Visitor asking(World world, Transport kind, Scopes scopes) {
        return new Visitor(
                world, kind, AtprotoClientMetadata.localhost(scopes, URI.create("http://127.0.0.1:4711/callback")));
    }

    private static AtprotoClientMetadata.Builder metadata() {
        return AtprotoClientMetadata.builder(CLIENT_ID)
                .redirectUris(CALLBACK)
                .scopes(SCOPES)
                .name("A client of the laboratory")
                .homepage(URI.create("https://app.test"));
    }

    AtprotoClient client() {
        return client;
    }

    SignIn signIn(String typed) {
        return complete(client.authorize(typed));
    }

    SignIn complete(PendingAuthorization pending) {
        URI back = Browser.visit(world.lab, pending.uri());
        return client.complete(AuthorizationCallback.parse(back.getRawQuery()), pending.browserBinding());
    }

    @Override
    public void close() {
        client.close();
    }
}
