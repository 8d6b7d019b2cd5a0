package dev.latchkey.it.nodes;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.jose.JwtAuthentication;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.it.atproto.LabTransport;
import dev.latchkey.it.atproto.lab.Lab;
import dev.latchkey.it.atproto.lab.LabClock;
import dev.latchkey.it.atproto.lab.LabTrust;
import dev.latchkey.transport.jdk.JdkTransport;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The client of a laboratory, as every process of these tests builds it. */
final class AtprotoBrief {

    static final String CLIENT_ID = "https://app.test/client-metadata.json";
    static final Scopes SCOPES = Scopes.of("atproto", "transition:generic");

    private final LabClock clock;
    private final HttpTransport transport;
    private final OAuthClient client;
    private final String subject;

    private AtprotoBrief(LabClock clock, HttpTransport transport, TokenStore store, String key, String subject) {
        this.clock = clock;
        this.transport = transport;
        this.subject = subject;
        this.client = OAuthClient.builder(transport)
                .server(AuthorizationServer.oauth("https://as.test"))
                .client(
                        ClientId.of(CLIENT_ID),
                        JwtAuthentication.privateKey(SigningKey.jwk(key).build())
                                .clock(clock))
                .binding(Dpop.create().clock(clock))
                .clock(clock)
                .store(store)
                .build();
    }

    /** The client in the process of the laboratory, whose clock it has. */
    static AtprotoBrief in(Lab lab, LabClock clock, StoreKind kind, String place, String key, String subject)
            throws TokenStoreException {
        HttpTransport transport =
                new LabTransport(JdkTransport.create(lab.trust().client()), lab.ports()::get);
        return new AtprotoBrief(clock, transport, kind.open(place).store(), key, subject);
    }

    /** What another process has to know. */
    static List<String> arguments(Lab lab, StoreKind kind, String place, String key, String subject) {
        String ports = lab.ports().entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(","));
        return List.of(lab.trust().encoded(), ports, kind.name(), place, key, subject);
    }

    /** The client in another process, by these arguments. */
    static AtprotoBrief of(List<String> arguments) throws TokenStoreException {
        Map<String, Integer> ports = List.of(arguments.get(1).split(",", -1)).stream()
                .map(each -> each.split("=", -1))
                .collect(Collectors.toMap(each -> each[0], each -> Integer.valueOf(each[1])));
        HttpTransport transport = new LabTransport(JdkTransport.create(LabTrust.client(arguments.get(0))), ports::get);
        TokenStore store =
                StoreKind.valueOf(arguments.get(2)).open(arguments.get(3)).store();
        return new AtprotoBrief(new LabClock(), transport, store, arguments.get(4), arguments.get(5));
    }

    LabClock clock() {
        return clock;
    }

    HttpTransport transport() {
        return transport;
    }

    OAuthClient client() {
        return client;
    }

    TokenSource tokens() {
        return client.tokens(Account.of("https://as.test", subject), SCOPES);
    }
}
