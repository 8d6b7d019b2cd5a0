package dev.latchkey.graph;

import com.google.gson.Gson;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Microsoft Graph: any path as JSON or as plain objects.
 *
 * <pre>{@code
 * GraphClient graph = GraphClient.create(client.clientCredentials(Entra.graphDefault()));
 * for (User user : graph.get("/users").select("id", "displayName").items(User.class)) {
 *     …
 * }
 * JsonObject change = new JsonObject();
 * change.addProperty("jobTitle", "Keeper of the keys");
 * graph.patch("/users/{id}", change, id).send();
 * }</pre>
 *
 * <p>The token goes to the cloud's own origin and nowhere else: a redirect is never followed, and a link to another host is
 * refused before anything is sent. Nothing is ever sent twice. Immutable, and safe for use by any number of threads at once;
 * it holds nothing that must be closed, since the transport belongs to whoever made it.
 */
public final class GraphClient {

    private final GraphCalls calls;
    private final GraphVersion version;
    private final Duration timeout;

    private GraphClient(GraphCalls calls, GraphVersion version, Duration timeout) {
        this.calls = calls;
        this.version = version;
        this.timeout = timeout;
    }

    /**
     * Makes a client of the global cloud's {@code v1.0}, over the transport that the token source itself uses.
     *
     * @param tokens gives the token for each request
     * @return the client
     * @throws ConfigurationException if the token source has no transport
     */
    public static GraphClient create(TokenSource tokens) {
        Objects.requireNonNull(tokens, "tokens");
        return builder(tokens).build();
    }

    /**
     * Makes a client of the global cloud's {@code v1.0}.
     *
     * @param transport sends the requests
     * @param tokens gives the token for each request
     * @return the client
     */
    public static GraphClient create(HttpTransport transport, TokenSource tokens) {
        return builder(transport, tokens).build();
    }

    /**
     * Makes a client of the global cloud's {@code v1.0} with one token that came from elsewhere.
     *
     * @param transport sends the requests
     * @param token the token, used until Graph refuses it
     * @return the client
     */
    public static GraphClient create(HttpTransport transport, AccessToken token) {
        return builder(transport, TokenSource.of(Objects.requireNonNull(token, "token")))
                .build();
    }

    /**
     * Starts a client over the transport that the token source itself uses.
     *
     * @param tokens gives the token for each request
     * @return a builder
     * @throws ConfigurationException if the token source has no transport
     */
    public static Builder builder(TokenSource tokens) {
        Objects.requireNonNull(tokens, "tokens");
        HttpTransport transport = tokens.transport()
                .orElseThrow(() -> new ConfigurationException(
                        "transport",
                        "this token source has none to share; name one: GraphClient.create(transport, tokens)"));
        return new Builder(transport, tokens);
    }

    /**
     * Starts a client.
     *
     * @param transport sends the requests
     * @param tokens gives the token for each request
     * @return a builder
     */
    public static Builder builder(HttpTransport transport, TokenSource tokens) {
        return new Builder(Objects.requireNonNull(transport, "transport"), Objects.requireNonNull(tokens, "tokens"));
    }

    /**
     * Begins a GET.
     *
     * <p>Each place {@code {name}} of the path takes one value, which is percent-encoded, so that an id with a slash in it
     * stays one id; within quotes, as in {@code /groups(uniqueName='{name}')}, quotes are doubled first. A query that the
     * path has is taken over as it is.
     *
     * @param path the path after the version, such as {@code /users/{id}}
     * @param values the values for the places, in their order
     * @return the request, not sent yet
     * @throws IllegalArgumentException if there are not as many values as places, or one is empty, {@code .} or {@code ..}
     */
    public GraphRequest get(String path, String... values) {
        return request("GET", path, values);
    }

    /**
     * Begins a POST with a body.
     *
     * @param path as in {@link #get}
     * @param body as in {@link GraphRequest#body}
     * @param values the values for the path's places, in their order
     * @return the request, not sent yet
     */
    public GraphRequest post(String path, Object body, String... values) {
        return request("POST", path, values).body(body);
    }

    /**
     * Begins a PATCH, which changes what the body has and leaves the rest alone.
     *
     * @param path as in {@link #get}
     * @param body as in {@link GraphRequest#body}, where null and absent differ
     * @param values the values for the path's places, in their order
     * @return the request, not sent yet
     */
    public GraphRequest patch(String path, Object body, String... values) {
        return request("PATCH", path, values).body(body);
    }

    /**
     * Begins a DELETE.
     *
     * @param path as in {@link #get}
     * @param values the values for the path's places, in their order
     * @return the request, not sent yet: {@link GraphRequest#send} sends it
     */
    public GraphRequest delete(String path, String... values) {
        return request("DELETE", path, values);
    }

    /**
     * Begins a request of any method, such as a PUT, or a POST without a body.
     *
     * @param method the HTTP method
     * @param path as in {@link #get}
     * @param values the values for the path's places, in their order
     * @return the request, not sent yet
     */
    public GraphRequest request(String method, String path, String... values) {
        int mark = path.indexOf('?');
        String filled = Template.path(mark < 0 ? path : path.substring(0, mark), values);
        URI target = URI.create(calls.cloud().root() + "/" + version.name() + UriText.mended(filled));
        // Checked here and not when it is sent.
        TransportRequest.builder(method, target);
        GraphRequest request = GraphRequest.to(calls, method, target, timeout);
        return mark < 0 ? request : withQuery(request, path.substring(mark + 1));
    }

    private static GraphRequest withQuery(GraphRequest request, String query) {
        if (UriText.carriesToken(query)) {
            throw new IllegalArgumentException("The path's query has an access token");
        }
        GraphRequest changed = request;
        for (String pair : query.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (!parts[0].isEmpty()) {
                changed = changed.encodedQuery(
                        UriText.mended(parts[0]), parts.length == 1 ? "" : UriText.mended(parts[1]));
            }
        }
        return changed;
    }

    /**
     * Begins a GET of a link that Graph made: a next link or a delta link that was kept, or the {@code Location} of an answer.
     *
     * @param link the whole link, used as it is
     * @return the request, not sent yet
     * @throws IllegalArgumentException if it is no link, leads to another origin than the cloud's, or has a token in it
     */
    public GraphRequest link(String link) {
        try {
            return GraphRequest.to(calls, "GET", calls.link(link), timeout);
        } catch (URISyntaxException e) {
            // Not as the cause: its message has the link, of which the query may be private.
            throw new IllegalArgumentException("link: " + e.getReason());
        }
    }

    /**
     * Reads the signed-in user.
     *
     * @return the user
     * @throws GraphException if Graph refuses, as it does when the token is an application's own
     */
    public User me() {
        return get("/me").as(User.class);
    }

    static Duration positive(Duration timeout) {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("timeout must be positive");
        }
        return timeout;
    }

    /**
     * Describes the client.
     *
     * @return the cloud and the version
     */
    @Override
    public String toString() {
        return "GraphClient[" + calls.cloud() + "/" + version + "]";
    }

    /** Collects the settings of a client. Not safe for use by several threads. */
    public static final class Builder {

        private static final long DEFAULT_BODY_CAP = 64L * 1024 * 1024;

        private final HttpTransport transport;
        private final TokenSource tokens;
        private GraphCloud cloud = GraphCloud.GLOBAL;
        private GraphVersion version = GraphVersion.V1_0;
        private Duration timeout = TransportRequest.DEFAULT_TIMEOUT;
        private long bodyCap = DEFAULT_BODY_CAP;
        private Gson gson = new Gson();
        private Supplier<UUID> requestIds = UUID::randomUUID;
        private boolean http;

        private Builder(HttpTransport transport, TokenSource tokens) {
            this.transport = transport;
            this.tokens = tokens;
        }

        /**
         * Chooses the cloud, to whose origin alone the token goes.
         *
         * @param cloud the cloud; the global one unless this is called
         * @return this builder
         */
        public Builder cloud(GraphCloud cloud) {
            this.cloud = Objects.requireNonNull(cloud, "cloud");
            return this;
        }

        /**
         * Chooses the version.
         *
         * @param version the version; {@link GraphVersion#V1_0} unless this is called
         * @return this builder
         */
        public Builder version(GraphVersion version) {
            this.version = Objects.requireNonNull(version, "version");
            return this;
        }

        /**
         * Bounds each exchange, from connecting to the last byte.
         *
         * @param timeout a positive duration; {@link TransportRequest#DEFAULT_TIMEOUT} unless this is called
         * @return this builder
         */
        public Builder timeout(Duration timeout) {
            this.timeout = positive(timeout);
            return this;
        }

        /**
         * Bounds a body, counted after decompression.
         *
         * @param bytes the most bytes; 64 MiB unless this is called
         * @return this builder
         */
        public Builder maxBodyBytes(long bytes) {
            if (bytes < 1) {
                throw new IllegalArgumentException("maxBodyBytes must be at least 1");
            }
            this.bodyCap = bytes;
            return this;
        }

        /**
         * Chooses how an application's own classes are read and written.
         *
         * @param gson the application's Gson; a plain one unless this is called
         * @return this builder
         */
        public Builder gson(Gson gson) {
            this.gson = Objects.requireNonNull(gson, "gson");
            return this;
        }

        /**
         * Chooses where {@code client-request-id} comes from, of which each request has a new one.
         *
         * @param requestIds gives an identifier, called by many threads at once; random ones unless this is called
         * @return this builder
         */
        public Builder requestIds(Supplier<UUID> requestIds) {
            this.requestIds = Objects.requireNonNull(requestIds, "requestIds");
            return this;
        }

        /**
         * Allows a cloud without TLS on this machine: for tests alone, since anybody on the machine may listen.
         *
         * @return this builder
         */
        public Builder dangerouslyAllowHttp() {
            this.http = true;
            return this;
        }

        /**
         * Finishes the client.
         *
         * @return the client; nothing was sent and no thread started
         * @throws ConfigurationException if the cloud's root is http and not both loopback and allowed
         */
        public GraphClient build() {
            GraphCalls calls = new GraphCalls(authorized(), cloud, gson, requestIds, bodyCap);
            return new GraphClient(calls, version, timeout);
        }

        private AuthorizedTransport authorized() {
            AuthorizedTransport.Origins origins = AuthorizedTransport.over(transport, tokens);
            if ("https".equals(cloud.root().getScheme())) {
                return origins.to(cloud.root());
            }
            if (!http) {
                throw new ConfigurationException(
                        "cloud", cloud + " is not https; for a test on this machine there is dangerouslyAllowHttp()");
            }
            return origins.dangerouslyAndLoopbackHttp(cloud.root()).build();
        }
    }
}
