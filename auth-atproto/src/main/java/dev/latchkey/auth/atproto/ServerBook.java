package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What is known of servers and of where accounts are, and how it is found out whether the one may speak for the other. */
final class ServerBook {

    // Whole documents, of servers that anybody may name who types into a login field.
    private static final int SERVERS = 1_000;
    private static final int ACCOUNTS = 10_000;

    private final AtprotoIdentities identities;
    private final AtprotoServers servers;
    private final Clock clock;
    private final BoundedCache<String, AuthorizationServerMetadata> byIssuer;
    private final BoundedCache<String, URI> pdsByDid;

    ServerBook(AtprotoIdentities identities, AtprotoServers servers, Clock clock) {
        this.identities = identities;
        this.servers = servers;
        this.clock = clock;
        // Looked at anew before every refresh anyway.
        this.byIssuer = new BoundedCache<>(clock, Duration.ofHours(24), SERVERS);
        this.pdsByDid = new BoundedCache<>(clock, Duration.ofHours(24), ACCOUNTS);
    }

    /** Finds the authorization server that a sign-in begins at. */
    AuthorizationServerMetadata at(URI server) {
        Instant since = clock.instant();
        AuthorizationServerMetadata metadata = servers.of(server);
        byIssuer.put(metadata.issuer(), metadata, since);
        return metadata;
    }

    AuthorizationServerMetadata of(String issuer) {
        AuthorizationServerMetadata known = byIssuer.get(issuer);
        if (known != null) {
            return known;
        }
        Instant since = clock.instant();
        URI address = URI.create(issuer);
        AuthorizationServerMetadata metadata = servers.ofFresh(address);
        if (!metadata.issuer().equals(issuer)) {
            throw new InvalidResponseException(
                    "issuer",
                    String.valueOf(address.getHost()),
                    "is no authorization server any more, but one's client");
        }
        byIssuer.put(issuer, metadata, since);
        return metadata;
    }

    /** Goes the whole way, and asks no cache: from the DID to its document, its server, and that one's authorization server. */
    Optional<String> contradiction(Account account, AuthorizationServerMetadata server) {
        Did did = Did.of(account.subject());
        Instant since = clock.instant();
        URI pds = identities.findFresh(did).map(AtprotoIdentity::pds).orElse(null);
        if (pds == null) {
            return Optional.of("the account " + did + " is no more, says " + identities.host(did));
        }
        AuthorizationServerMetadata actual = servers.ofFresh(pds);
        if (!actual.issuer().equals(server.issuer())) {
            return Optional.of("the account " + did + " is at " + pds.getHost() + ", for which " + actual.issuer()
                    + " speaks, and not " + server.issuer());
        }
        byIssuer.put(actual.issuer(), actual, since);
        pdsByDid.put(did.toString(), pds, since);
        return Optional.empty();
    }

    /** Tells where calls for an account go: known since its sign-in or its last refresh, or looked up. */
    URI pds(Account account) {
        URI known = pdsByDid.get(account.subject());
        if (known != null) {
            return known;
        }
        Instant since = clock.instant();
        URI pds = identities.resolve(Did.of(account.subject())).pds();
        pdsByDid.put(account.subject(), pds, since);
        return pds;
    }
}
