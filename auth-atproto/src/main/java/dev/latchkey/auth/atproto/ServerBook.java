package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of servers and of where accounts are, and how it is found out whether the one may speak for the other. */
final class ServerBook {

    // Whole documents, of servers that anybody may name who types into a login field.
    private static final int SERVERS = 1_000;
    private static final Duration FRESH = Duration.ofHours(24);

    private final AtprotoIdentities identities;
    private final AtprotoServers servers;
    private final Clock clock;
    private final BoundedCache<String, AuthorizationServerMetadata> byIssuer;
    private final Places places;
    private final PlaceDoubts doubts;

    ServerBook(AtprotoIdentities identities, AtprotoServers servers, Places places, Clock clock) {
        this.identities = identities;
        this.servers = servers;
        this.clock = clock;
        // Looked at anew before every refresh anyway.
        this.byIssuer = new BoundedCache<>(clock, FRESH, SERVERS);
        this.places = places;
        this.doubts = new PlaceDoubts(clock);
    }

    /** Finds the authorization server that a sign-in begins at. */
    AuthorizationServerMetadata at(AtprotoStart start, boolean fresh) {
        Instant since = clock.instant();
        if (fresh) {
            servers.forget(start.server());
        }
        AuthorizationServerMetadata metadata =
                start.identity().isPresent() ? servers.of(start.server()) : servers.ofNamed(start.server());
        byIssuer.put(metadata.issuer(), metadata, since);
        return metadata;
    }

    /** Forgets where an account is, whose sign-in has failed: it may have begun at a server that the account has left. */
    void doubt(Did did) {
        identities.forget(did);
    }

    /** Forgets what a server says of itself, with which a sign-in has failed. */
    void doubt(URI server) {
        servers.forget(server);
    }

    AuthorizationServerMetadata of(String issuer) {
        AuthorizationServerMetadata known = byIssuer.get(issuer);
        if (known != null) {
            return known;
        }
        Instant since = clock.instant();
        AuthorizationServerMetadata metadata = servers.ofIssuer(URI.create(issuer));
        byIssuer.put(issuer, metadata, since);
        return metadata;
    }

    /** Goes the whole way, and asks no cache: from the DID to its document, its server, and that one's authorization server. */
    Optional<String> contradiction(Account account, AuthorizationServerMetadata server) {
        return contradiction(account, server.issuer());
    }

    /** Does the same for whoever knows no more of a server than its issuer. */
    Optional<String> contradiction(Account account, String issuer) {
        return Optional.ofNullable(look(account, issuer).contradiction);
    }

    /**
     * Does the same for all issuers that one account has sessions of, at the cost of one.
     *
     * @return for each issuer what contradicts it, or nothing, also where that cannot be told
     */
    Map<String, Optional<String>> contradictions(Account account, Set<String> issuers) {
        Did did = did(account);
        Seen seen = see(did);
        Map<String, Optional<String>> all = new HashMap<>();
        for (String issuer : issuers) {
            try {
                all.put(issuer, Optional.ofNullable(judge(did, issuer, seen).contradiction));
            } catch (TemporaryFailureException e) {
                all.put(issuer, Optional.empty());
            }
        }
        return all;
    }

    private Look look(Account account, String issuer) {
        Did did = did(account);
        return judge(did, issuer, see(did));
    }

    private Seen see(Did did) {
        Instant since = clock.instant();
        URI pds = identities.findFresh(did).map(AtprotoIdentity::pds).orElse(null);
        return new Seen(since, pds, pds == null ? null : servers.findFresh(pds));
    }

    private Look judge(Did did, String issuer, Seen seen) {
        URI pds = seen.pds;
        AtprotoServers.Found found = seen.server;
        if (pds == null || found == null) {
            return contradicted(
                    did, issuer, seen.since, "the account " + did + " is no more, says " + identities.host(did));
        }
        AuthorizationServerMetadata actual = found.metadata;
        if (!actual.issuer().equals(issuer)) {
            if (!found.isNamed) {
                // Nobody has said so: a server that has lost its document for a while is no reason to end a session.
                throw new TemporaryFailureException(
                        pds.getHost() + ", where the account " + did
                                + " is, does not say which authorization server it has",
                        true,
                        null,
                        null);
            }
            return contradicted(
                    did,
                    issuer,
                    seen.since,
                    "the account " + did + " is at " + pds.getHost() + ", for which " + actual.issuer()
                            + " speaks, and not " + issuer);
        }
        byIssuer.put(actual.issuer(), actual, seen.since);
        places.keep(did, issuer, pds, seen.since);
        return new Look(pds, null);
    }

    private Look contradicted(Did did, String issuer, Instant since, String contradiction) {
        places.forget(did, issuer, since);
        doubts.contradict(did, issuer, contradiction);
        return new Look(null, contradiction);
    }

    /**
     * Tells where calls for an account go: known since its sign-in or its last refresh, or looked up and verified as there.
     *
     * @throws SignInRequiredException if it has moved to where another authorization server speaks for it
     */
    URI pds(Account account) {
        URI known = places.find(did(account), account.issuer()).orElse(null);
        if (known == null) {
            String contradiction = doubts.contradiction(did(account), account.issuer());
            if (contradiction != null) {
                throw elsewhere(contradiction);
            }
            return looked(account);
        }
        if (!doubts.mayLook(account, known)) {
            return known;
        }
        try {
            return looked(account);
        } catch (TemporaryFailureException | InvalidResponseException | ConfigurationException e) {
            // Nobody says that it is elsewhere.
            return known;
        }
    }

    /** Has the next call look where an account is, since the server where it was is not there or takes no token of it. */
    void doubt(Account account) {
        doubts.add(account);
    }

    /**
     * Tells where an account is that is not where a call has failed. Looks if nobody has looked meanwhile.
     *
     * @return nothing if it is there, or if that cannot be found out
     * @throws SignInRequiredException if it has moved to where another authorization server speaks for it
     */
    Optional<URI> elsewhere(Account account, URI failed) {
        URI known = places.find(did(account), account.issuer()).orElse(null);
        if (known != null && !known.equals(failed)) {
            return Optional.of(known);
        }
        doubts.add(account);
        try {
            return Optional.of(pds(account)).filter(pds -> !pds.equals(failed));
        } catch (TemporaryFailureException | InvalidResponseException | ConfigurationException e) {
            return Optional.empty();
        }
    }

    private URI looked(Account account) {
        Look look = look(account, account.issuer());
        doubts.remove(account);
        if (look.pds == null) {
            throw elsewhere(String.valueOf(look.contradiction));
        }
        return look.pds;
    }

    private static SignInRequiredException elsewhere(String contradiction) {
        return new SignInRequiredException(contradiction + "; the user must sign in again", null, null);
    }

    /** Tells where an account is that this node knows to be elsewhere than at a certain server; else nothing. Asks nobody. */
    Optional<URI> leftFor(Account account, URI server) {
        return places.known(did(account), account.issuer()).filter(known -> !known.equals(server));
    }

    private static Did did(Account account) {
        try {
            return Did.of(account.subject());
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("account", "is none of the AT Protocol, whose subjects are DIDs", null, e);
        }
    }

    /** What a look has brought: no server if the account is no more. */
    private static final class Seen {

        private final Instant since;
        private final @Nullable URI pds;
        private final AtprotoServers.@Nullable Found server;

        Seen(Instant since, @Nullable URI pds, AtprotoServers.@Nullable Found server) {
            this.since = since;
            this.pds = pds;
            this.server = server;
        }
    }

    /** Where an account is, if this server may speak for it; else why it may not. */
    private static final class Look {

        private final @Nullable URI pds;
        private final @Nullable String contradiction;

        Look(@Nullable URI pds, @Nullable String contradiction) {
            this.pds = pds;
            this.contradiction = contradiction;
        }
    }
}
