package dev.latchkey.auth.http;

import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.exchange.DpopNonce;
import dev.latchkey.auth.exchange.IssuersNonces;
import dev.latchkey.auth.exchange.Nonces;
import dev.latchkey.auth.exchange.Nonces.Verdict;
import dev.latchkey.auth.exchange.ServerClocks;
import dev.latchkey.auth.protocol.Challenges;
import dev.latchkey.auth.protocol.Loopback;
import dev.latchkey.auth.protocol.Origin;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenProof;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import dev.latchkey.auth.token.TokenType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A transport that presents an access token (RFC 6750 §2.1), with a proof of its key if it is bound to one (RFC 9449 §7),
 * to the named origins and to no other.
 *
 * <p>A token that the resource calls invalid (RFC 6750 §3.1) is replaced, once for all who hear so, and a request whose body
 * can be sent again is sent once more with the new one.
 *
 * <p>A request to another origin is refused before anything is sent, so a link in a response cannot carry the token away.
 * The token goes in the {@code Authorization} header and never in a query. Safe for use by any number of threads at once;
 * closing it does nothing, since the transport beneath belongs to somebody else.
 *
 * <pre>{@code
 * HttpTransport api = AuthorizedTransport.over(transport, tokens).to(URI.create("https://api.example.com"));
 * }</pre>
 */
public final class AuthorizedTransport implements HttpTransport {

    private static final int MAX_REFUSAL = 64 * 1024;
    private static final int MAX_NONCES = 1_000;

    private final HttpTransport transport;
    private final TokenSource tokens;
    private final Set<String> origins;
    // Each resource's latest nonce for each key (RFC 9449 §9), and its latest of all for a key that is new to it.
    private final Nonces nonces;
    private final boolean tellsWhy;

    private AuthorizedTransport(Origins to) {
        this.transport = to.transport;
        this.tokens = to.tokens;
        this.origins = to.origins;
        this.nonces = to.nonces;
        this.tellsWhy = to.tellsWhy;
    }

    /**
     * Puts tokens on a transport.
     *
     * @param transport sends the requests
     * @param tokens gives the token for each of them
     * @return what still needs to know the origins
     */
    public static Origins over(HttpTransport transport, TokenSource tokens) {
        return over(transport, tokens, System::nanoTime);
    }

    static Origins over(HttpTransport transport, TokenSource tokens, LongSupplier ticker) {
        return new Origins(
                Objects.requireNonNull(transport, "transport"),
                Objects.requireNonNull(tokens, "tokens"),
                Set.of(),
                new Nonces(MAX_NONCES, ticker),
                false);
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        String origin = Origin.of(request.uri());
        if (!origins.contains(origin)) {
            throw new ConfigurationException(
                    "origin", origin + " is not one that this token may be sent to; the named ones are " + origins);
        }
        if (hasToken(request.uri().getRawQuery())) {
            throw new ConfigurationException(
                    "access_token",
                    "a token must not be in a query (host " + request.uri().getHost() + ")");
        }
        TokenResult first = tokens.get(TokenOptions.NONE);
        AccessToken token = first.token();
        TransportResponse response = send(request, first);
        if (response.status() != 401 || !isRefused(response) || !isRepeatable(request)) {
            return response;
        }
        // Revoked before its time, or meant for the key of yesterday: one new token, and one more attempt with it. A
        // new one
        // may take a while, and goes to a server that may be behind the same pool: the connection is not kept waiting.
        TransportResponse refusal = detached(response);
        tokens.rejected(token);
        TokenResult other;
        try {
            other = tokens.get(TokenOptions.NONE);
        } catch (OAuthException e) {
            if (tellsWhy) {
                refusal.close();
                throw e;
            }
            // The resource's own answer says more to the caller than the failure to mend it.
            return refusal;
        } catch (Throwable e) {
            refusal.close();
            throw e;
        }
        if (other.token().equals(token)) {
            return refusal;
        }
        refusal.close();
        return send(request, other);
    }

    /** Reads a refusal, which is short, so that its connection is free; one that is not keeps it. */
    private static TransportResponse detached(TransportResponse response) {
        byte[] body;
        try {
            body = response.body().readNBytes(MAX_REFUSAL);
        } catch (IOException | RuntimeException e) {
            // It says no more than its head, which is enough for a second attempt.
            response.close();
            return TransportResponse.of(response.status(), response.headers(), broken(e), () -> {});
        }
        ByteArrayInputStream start = new ByteArrayInputStream(body);
        if (body.length < MAX_REFUSAL) {
            response.close();
            return TransportResponse.of(response.status(), response.headers(), start, () -> {});
        }
        return TransportResponse.of(
                response.status(),
                response.headers(),
                new SequenceInputStream(start, response.body()),
                response::close);
    }

    private static InputStream broken(Exception reason) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                if (reason instanceof IOException) {
                    throw (IOException) reason;
                }
                throw (RuntimeException) reason;
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return read();
            }
        };
    }

    private TransportResponse send(TransportRequest request, TokenResult result) throws TransportException {
        TokenProof proof = result.proof().orElse(null);
        TokenType type = result.token().type();
        if (!type.equals(proof == null ? TokenType.BEARER : proof.tokenType())) {
            throw new ConfigurationException(
                    "token_type", "a " + type + " token needs a proof and is never sent as a bearer token");
        }
        if (proof == null) {
            return transport.send(authorized(request, result.token(), TransportHeaders.empty()));
        }
        boolean withItsNonce = false;
        boolean withItsTime = false;
        while (true) {
            DpopNonce nonce = nonces.findToBegin(proof, request.uri(), ofIssuer());
            TransportHeaders headers = prove(request, result.token(), proof, nonce == null ? null : nonce.text());
            TransportResponse response =
                    proof.transport().orElse(transport).send(authorized(request, result.token(), headers));
            boolean demanded = response.status() == 401 && hasDpopError(response, "use_dpop_nonce");
            boolean fresh = nonces.learn(
                    proof, request.uri(), response.headers(), nonce, Verdict.of(response.status(), demanded));
            if (response.status() != 401) {
                return response;
            }
            boolean wrongTime;
            try {
                wrongTime = hasDpopError(response, "invalid_dpop_proof")
                        && ServerClocks.date(response.headers())
                                .filter(its -> proof.refused(headers, request.uri(), its))
                                .isPresent();
            } catch (RuntimeException e) {
                // Of a proof that is not ours: nobody else would let the connection go.
                response.close();
                throw e;
            }
            if (!isRepeatable(request)) {
                return response;
            }
            // RFC 9449 §9, §7.1: the resource has done nothing yet, and says with which nonce, or at what time, it
            // will.
            if (fresh && demanded && !withItsNonce) {
                withItsNonce = true;
            } else if (wrongTime && !withItsTime) {
                withItsTime = true;
            } else {
                return response;
            }
            response.close();
        }
    }

    private @Nullable Nonces ofIssuer() {
        return tokens instanceof IssuersNonces ? ((IssuersNonces) tokens).nonces() : null;
    }

    private static TransportHeaders prove(
            TransportRequest request, AccessToken token, TokenProof proof, @Nullable String nonce) {
        try {
            return proof.prove(request.method(), request.uri(), token, nonce);
        } catch (IOException e) {
            throw new TemporaryFailureException(
                    "The key of the token cannot be used now; nothing was sent to "
                            + request.uri().getHost(),
                    true,
                    null,
                    e);
        }
    }

    private static TransportRequest authorized(TransportRequest request, AccessToken token, TransportHeaders proof) {
        TransportRequest.Builder authorized = request.toBuilder();
        proof.asMap().forEach((name, values) -> authorized.header(name, values.get(0)));
        return authorized
                .header("Authorization", token.type().name() + " " + token.reveal())
                .build();
    }

    private static boolean isRepeatable(TransportRequest request) {
        return request.body().map(RequestBody::isRepeatable).orElse(true);
    }

    /** RFC 6750 §3.1: the token itself is expired, revoked or invalid, and not merely too narrow. */
    private static boolean isRefused(TransportResponse response) {
        return challenges(response).anyMatch(challenge -> is("invalid_token", challenge));
    }

    /** RFC 9449 §7.1: of the proof only a challenge of its own scheme speaks. */
    private static boolean hasDpopError(TransportResponse response, String error) {
        return challenges(response)
                .anyMatch(challenge -> challenge.scheme().equalsIgnoreCase("DPoP") && is(error, challenge));
    }

    private static Stream<Challenge> challenges(TransportResponse response) {
        return Challenges.parse(response.headers().all("www-authenticate")).stream();
    }

    private static boolean is(String error, Challenge challenge) {
        return challenge.parameter("error").filter(error::equals).isPresent();
    }

    @Override
    public boolean honoursAddressPolicy() {
        return transport.honoursAddressPolicy();
    }

    @Override
    public String toString() {
        return "AuthorizedTransport" + origins;
    }

    private static boolean hasToken(@Nullable String query) {
        for (String pair : query == null ? new String[0] : query.split("[&;]", -1)) {
            String name = pair.substring(0, pair.indexOf('=') < 0 ? pair.length() : pair.indexOf('='));
            if (URLDecoder.decode(name, StandardCharsets.UTF_8).equals("access_token")) {
                return true;
            }
        }
        return false;
    }

    /** Where a token may be sent. Immutable: each change gives a new object. */
    public static final class Origins {

        private final HttpTransport transport;
        private final TokenSource tokens;
        private final Set<String> origins;
        private final Nonces nonces;
        private final boolean tellsWhy;

        private Origins(
                HttpTransport transport, TokenSource tokens, Set<String> origins, Nonces nonces, boolean tellsWhy) {
            this.transport = transport;
            this.tokens = tokens;
            this.origins = origins;
            this.nonces = nonces;
            this.tellsWhy = tellsWhy;
        }

        /**
         * Does the same for somebody else. What is learned of a resource's nonces is learned for all whose transports come from
         * here, so that nobody's first call costs a refusal.
         *
         * @param tokens the other one's tokens
         * @return the same origins, with those tokens
         */
        public Origins tokens(TokenSource tokens) {
            return new Origins(transport, Objects.requireNonNull(tokens, "tokens"), origins, nonces, tellsWhy);
        }

        /**
         * Has a request whose token is refused fail with the reason why no new one is to be had: that the user must sign in, or that it
         * is worth trying again. Without this, which is the default, the resource's own refusal is given.
         *
         * @return the same origins
         */
        public Origins tellingWhyNoNewToken() {
            return new Origins(transport, tokens, origins, nonces, true);
        }

        /**
         * Names a further origin.
         *
         * @param origin an https URI, of which scheme, host and port count
         * @return new origins
         * @throws ConfigurationException if it is not https
         */
        public Origins and(URI origin) {
            if (origin.getHost() == null || !"https".equalsIgnoreCase(origin.getScheme())) {
                throw new ConfigurationException(
                        "origin", origin.getScheme() + "://" + origin.getHost() + " is not https");
            }
            return with(origin);
        }

        /**
         * Names a further origin on this machine without TLS: for tests alone, since anybody on the machine may listen.
         *
         * @param origin an http URI whose host is a loopback address or {@code localhost}
         * @return new origins
         * @throws ConfigurationException if the host is not loopback
         */
        public Origins dangerouslyAndLoopbackHttp(URI origin) {
            if (!Loopback.is(origin) || !"http".equalsIgnoreCase(origin.getScheme())) {
                throw new ConfigurationException(
                        "origin", origin.getScheme() + "://" + origin.getHost() + " is not http at a loopback address");
            }
            return with(origin);
        }

        /**
         * Names the last, or only, origin and finishes.
         *
         * @param origin an https URI, of which scheme, host and port count
         * @return the transport
         * @throws ConfigurationException if it is not https
         */
        public AuthorizedTransport to(URI origin) {
            return and(origin).build();
        }

        /**
         * Finishes with the origins named so far.
         *
         * @return the transport
         * @throws ConfigurationException if none was named
         */
        public AuthorizedTransport build() {
            if (origins.isEmpty()) {
                throw new ConfigurationException("origin", "name at least one origin that the token may be sent to");
            }
            return new AuthorizedTransport(this);
        }

        private Origins with(URI origin) {
            Set<String> more = new HashSet<>(origins);
            more.add(Origin.of(origin));
            return new Origins(transport, tokens, Set.copyOf(more), nonces, tellsWhy);
        }
    }
}
