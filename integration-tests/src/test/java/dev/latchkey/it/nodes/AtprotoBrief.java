package dev.latchkey.it.nodes;

import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.AtprotoClientMetadata;
import dev.latchkey.auth.atproto.AtprotoIdentities;
import dev.latchkey.auth.atproto.ClientKeys;
import dev.latchkey.auth.atproto.TxtRecords;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TokenStoreException;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.it.atproto.LabTransport;
import dev.latchkey.it.atproto.lab.Lab;
import dev.latchkey.it.atproto.lab.LabClock;
import dev.latchkey.it.atproto.lab.LabTrust;
import dev.latchkey.transport.jdk.JdkTransport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The client of a laboratory, as every process of these tests builds it. */
final class AtprotoBrief {

    private static final URI CLIENT_ID = URI.create("https://app.test/client-metadata.json");

    private final LabClock clock;
    private final HttpTransport transport;
    private final AtprotoClient client;
    private final Account account;

    private AtprotoBrief(
            LabClock clock, HttpTransport transport, int dns, TokenStore store, String key, String subject) {
        this.clock = clock;
        this.transport = transport;
        this.account = Account.of("https://as.test", subject);
        this.client = AtprotoClient.builder(transport)
                .metadata(metadata(key))
                .identities(AtprotoIdentities.builder(transport)
                        .clock(clock)
                        .plcDirectory(URI.create("https://" + Lab.DIRECTORY))
                        .txtRecords(TxtRecords.at(new InetSocketAddress(InetAddress.getLoopbackAddress(), dns)))
                        .dangerouslyAllowLoopback()
                        .build())
                .clock(clock)
                .store(store)
                .dangerouslyAllowLoopback()
                .build();
    }

    static AtprotoClientMetadata metadata(String key) {
        return AtprotoClientMetadata.builder(CLIENT_ID)
                .redirectUris(URI.create("https://app.test/callback"))
                .scopes(Scopes.of("atproto", "transition:generic"))
                .keys(ClientKeys.of(SigningKey.jwk(key).build()))
                .build();
    }

    /** The client in the process of the laboratory, whose clock it has. */
    static AtprotoBrief in(Lab lab, LabClock clock, StoreKind kind, String place, String key, String subject)
            throws TokenStoreException {
        HttpTransport transport =
                new LabTransport(JdkTransport.create(lab.trust().client()), lab.ports()::get);
        return new AtprotoBrief(
                clock, transport, lab.dns().port(), kind.open(place).store(), key, subject);
    }

    /** What another process has to know. */
    static List<String> arguments(Lab lab, StoreKind kind, String place, String key, String subject) {
        String ports = lab.ports().entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(","));
        return List.of(
                lab.trust().encoded(), ports, Integer.toString(lab.dns().port()), kind.name(), place, key, subject);
    }

    /** The client in another process, by these arguments. */
    static AtprotoBrief of(List<String> arguments) throws TokenStoreException {
        Map<String, Integer> ports = List.of(arguments.get(1).split(",", -1)).stream()
                .map(each -> each.split("=", -1))
                .collect(Collectors.toMap(each -> each[0], each -> Integer.valueOf(each[1])));
        HttpTransport transport = new LabTransport(JdkTransport.create(LabTrust.client(arguments.get(0))), ports::get);
        TokenStore store =
                StoreKind.valueOf(arguments.get(3)).open(arguments.get(4)).store();
        return new AtprotoBrief(
                new LabClock(),
                transport,
                Integer.parseInt(arguments.get(2)),
                store,
                arguments.get(5),
                arguments.get(6));
    }

    LabClock clock() {
        return clock;
    }

    HttpTransport transport() {
        return transport;
    }

    AtprotoClient client() {
        return client;
    }

    Account account() {
        return account;
    }
}
