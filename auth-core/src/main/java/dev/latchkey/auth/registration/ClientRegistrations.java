package dev.latchkey.auth.registration;

import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.exchange.BackChannel;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.BackChannelRequests;
import dev.latchkey.auth.protocol.ErrorResponses;
import dev.latchkey.auth.protocol.MetadataResponses;
import dev.latchkey.auth.server.ServerProfile;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.token.AccessToken;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Registers clients at a server (RFC 7591) and looks after their registration (RFC 7592).
 *
 * <p>Each answer replaces what is known, the registration access token too: keep the newest. Blocking, each call within 30
 * seconds, on the caller's thread. Safe for use by any number of threads.
 *
 * <pre>{@code
 * RegisteredClient client = ClientRegistrations.over(transport)
 *         .register(AuthorizationServer.openId(issuer), ClientMetadata.builder().redirectUris(redirectUri).clientName("My app").build());
 * }</pre>
 */
public final class ClientRegistrations {

    private static final String ENDPOINT = "registration_endpoint";
    private static final String CLIENT_URI = "registration_client_uri";
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final BackChannel backChannel;
    private final Clock clock = Clock.systemUTC();

    private ClientRegistrations(BackChannel backChannel) {
        this.backChannel = backChannel;
    }

    /**
     * Registers over a transport.
     *
     * @param transport moves the bytes
     * @return the registrations
     */
    public static ClientRegistrations over(HttpTransport transport) {
        return new ClientRegistrations(new BackChannel(Objects.requireNonNull(transport, "transport"), false));
    }

    /**
     * Registers over a transport, at servers on this machine without TLS too: for tests alone.
     *
     * @param transport moves the bytes
     * @return the registrations
     */
    public static ClientRegistrations dangerouslyAllowingHttp(HttpTransport transport) {
        return new ClientRegistrations(new BackChannel(Objects.requireNonNull(transport, "transport"), true));
    }

    /**
     * Gives the same registrations for those who do not want to wait.
     *
     * @param executor runs the calls, one thread for each
     * @return registrations whose calls give futures
     */
    public AsyncClientRegistrations async(Executor executor) {
        return new AsyncClientRegistrations(this, executor);
    }

    /**
     * Registers a client at a server that lets anybody do so.
     *
     * @param server the server
     * @param client what the client says of itself
     * @return what the server made of it
     * @throws OAuthException if the server refuses or cannot be reached
     */
    public RegisteredClient register(AuthorizationServerMetadata server, ClientMetadata client) {
        return register(server, client, null);
    }

    /**
     * Registers a client.
     *
     * @param server the server
     * @param client what the client says of itself
     * @param initialAccessToken allows the registration, or null at a server that lets anybody register
     * @return what the server made of it
     * @throws OAuthException if the server refuses or cannot be reached
     */
    public RegisteredClient register(
            AuthorizationServerMetadata server, ClientMetadata client, @Nullable AccessToken initialAccessToken) {
        URI endpoint = server.registrationEndpoint()
                .orElseThrow(() -> new ConfigurationException(
                        ENDPOINT,
                        server.problem(ENDPOINT)
                                        .map(problem ->
                                                "in the metadata of " + server.issuer() + " cannot be used: " + problem)
                                        .orElse("is not in the metadata of " + server.issuer())
                                + "; register the client by hand"));
        // Some servers say 200 (RFC 7591 §3.2.1 says 201); what counts is that there is a client.
        return read(send("POST", endpoint, ENDPOINT, initialAccessToken, client.asMap()), null);
    }

    /**
     * Registers a client at a server of which nothing but the profile is known: its metadata is fetched first, as a client would.
     *
     * @param server the server
     * @param client what the client says of itself
     * @return what the server made of it
     * @throws OAuthException if the metadata cannot be had or names another issuer, or the server refuses
     */
    public RegisteredClient register(ServerProfile server, ClientMetadata client) {
        return register(server, client, null);
    }

    /**
     * Registers a client at a server of which nothing but the profile is known.
     *
     * @param server the server
     * @param client what the client says of itself
     * @param initialAccessToken allows the registration, or null at a server that lets anybody register
     * @return what the server made of it
     * @throws OAuthException if the metadata cannot be had or names another issuer, or the server refuses
     */
    public RegisteredClient register(
            ServerProfile server, ClientMetadata client, @Nullable AccessToken initialAccessToken) {
        return register(metadata(server.discovery()), client, initialAccessToken);
    }

    private AuthorizationServerMetadata metadata(Discovery discovery) {
        AuthorizationServerMetadata known = discovery.known().orElse(null);
        if (known != null) {
            return known;
        }
        Supplier<AuthorizationServerMetadata> source = discovery.source().orElse(null);
        if (source != null) {
            return source.get();
        }
        URI location = discovery.location().orElseThrow(IllegalStateException::new);
        Answer answer = backChannel.send(BackChannelRequests.metadata(location, TIMEOUT), "metadata");
        return MetadataResponses.decode(answer, discovery, clock.instant());
    }

    /**
     * Asks what the server has on record (RFC 7592 §2.1).
     *
     * @param client the client
     * @return what the server has on record now
     * @throws OAuthException if the server refuses or cannot be reached
     */
    public RegisteredClient read(RegisteredClient client) {
        return read(send("GET", uri(client), CLIENT_URI, token(client), null), client);
    }

    /**
     * Replaces what the server has on record (RFC 7592 §2.2): what the new metadata leaves out is left to the server.
     *
     * @param client the client
     * @param metadata all that the client says of itself
     * @return what the server made of it
     * @throws OAuthException if the server refuses or cannot be reached
     */
    public RegisteredClient update(RegisteredClient client, ClientMetadata metadata) {
        Map<String, Object> members = new LinkedHashMap<>(metadata.asMap());
        // §2.2: the client's identifier must be there, the server's own members must not.
        members.remove("client_id_issued_at");
        members.put("client_id", client.clientId().value());
        client.clientSecret().ifPresent(secret -> members.put("client_secret", secret.reveal()));
        return read(send("PUT", uri(client), CLIENT_URI, token(client), members), client);
    }

    /**
     * Ends the registration, and with it what was granted to the client (RFC 7592 §2.3).
     *
     * @param client the client
     * @throws OAuthException if the server refuses or cannot be reached
     */
    public void delete(RegisteredClient client) {
        TransportRequest request = request("DELETE", uri(client), token(client), null);
        Answer answer = backChannel.sendForStatus(request, CLIENT_URI);
        if (answer.status() != 204) {
            throw refusal(answer);
        }
    }

    private Answer send(
            String method, URI uri, String name, @Nullable AccessToken token, @Nullable Map<String, Object> members) {
        Answer answer = backChannel.send(request(method, uri, token, members), name);
        if (answer.status() != 200 && answer.status() != 201) {
            throw refusal(answer);
        }
        return answer;
    }

    private static TransportRequest request(
            String method, URI uri, @Nullable AccessToken token, @Nullable Map<String, Object> members) {
        TransportRequest.Builder request =
                TransportRequest.builder(method, uri).timeout(TIMEOUT).header("Accept", "application/json");
        if (token != null) {
            request.header("Authorization", "Bearer " + token.reveal());
        }
        if (members != null) {
            request.header("Content-Type", "application/json").body(RequestBody.of(Json.write(members)));
        }
        return request.build();
    }

    /** Reads an answer; what it leaves out of the server's own members stays as it was (RFC 7592 §3). */
    private static RegisteredClient read(Answer answer, @Nullable RegisteredClient before) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>(answer.members());
        if (before != null) {
            if (!before.clientId().value().equals(members.get("client_id"))) {
                throw new InvalidResponseException("client_id", answer.host(), "is another client's");
            }
            Map<String, Object> known = before.reveal();
            for (String own : new String[] {"registration_access_token", CLIENT_URI}) {
                if (known.containsKey(own)) {
                    members.putIfAbsent(own, known.get(own));
                }
            }
        }
        try {
            return RegisteredClient.of(members);
        } catch (IllegalArgumentException e) {
            throw new InvalidResponseException("registration", answer.host(), String.valueOf(e.getMessage()), null, e);
        }
    }

    private OAuthException refusal(Answer answer) {
        ServerError error = ErrorResponses.decode(answer, clock.instant());
        int status = error.status();
        String what = "The server refused the registration (" + error + ")";
        if (status == 401 || status == 403) {
            return new AccessDeniedException(
                    what + "; the token does not allow it, or the client is gone", error, null);
        }
        if (status == 408 || status == 429 || status >= 500) {
            return new TemporaryFailureException(
                    what + "; wait and try again", status == 429 || status == 503, error, null);
        }
        return new ConfigurationException(
                error.code().isEmpty() ? "status" : error.code(),
                what + "; change what the client says of itself",
                error,
                null);
    }

    private static URI uri(RegisteredClient client) {
        return client.registrationClientUri()
                .orElseThrow(() -> new ConfigurationException(CLIENT_URI, "the server gave the client none"));
    }

    private static AccessToken token(RegisteredClient client) {
        return client.registrationAccessToken()
                .orElseThrow(() ->
                        new ConfigurationException("registration_access_token", "the server gave the client none"));
    }
}
