package dev.latchkey.auth.testkit;

import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A transport that answers from a script and remembers what it was asked.
 *
 * <pre>{@code
 * ScriptedTransport transport = ScriptedTransport.create();
 * transport.onPost("/token").answers(200, "application/json", "{\"access_token\":\"a\",\"token_type\":\"Bearer\"}");
 * …
 * assertThat(transport.onlyRequest().body()).isEqualTo("grant_type=client_credentials");
 * transport.verify();
 * }</pre>
 *
 * <p>A request is answered by the first route that matches it, in the order in which the routes were made, and that has
 * an answer left; after that by the answers that were given to the transport itself, in their order. A request that
 * nothing answers fails with {@link AssertionError}, and {@link #verify()} fails then too, should the code under test
 * have swallowed the error. Safe for use by any number of threads at once.
 */
public final class ScriptedTransport implements HttpTransport {

    private final List<Route> routes = new CopyOnWriteArrayList<>();
    private final Route otherwise = new Route("any request", request -> true);
    private final List<RecordedRequest> requests = new CopyOnWriteArrayList<>();
    private final List<String> unexpected = new CopyOnWriteArrayList<>();
    private final AtomicInteger openResponses = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    private ScriptedTransport() {}

    /**
     * Makes a transport with an empty script.
     *
     * @return the transport
     */
    public static ScriptedTransport create() {
        return new ScriptedTransport();
    }

    /**
     * Answers the next request that no route answers.
     *
     * @param answer what it gets
     * @return this transport
     */
    public ScriptedTransport answers(Answer answer) {
        otherwise.answers(answer);
        return this;
    }

    /**
     * Answers the next request that no route answers.
     *
     * @param status a final status, from 200 to 599
     * @param contentType the {@code Content-Type}
     * @param body the body
     * @return this transport
     */
    public ScriptedTransport answers(int status, String contentType, String body) {
        return answers(Answer.of(status, contentType, body));
    }

    /**
     * Fails the next request that no route answers.
     *
     * @param kind what goes wrong
     * @param delivery whether the server may have received the request
     * @return this transport
     */
    public ScriptedTransport fails(Kind kind, Delivery delivery) {
        return answers(Answer.failure(kind, delivery));
    }

    /**
     * Begins a route for GET requests.
     *
     * @param path the whole path, without the query
     * @return the route, which has no answer yet
     */
    public Route onGet(String path) {
        return on("GET " + path, request -> request.method().equals("GET") && path.equals(request.path()));
    }

    /**
     * Begins a route for POST requests.
     *
     * @param path the whole path, without the query
     * @return the route, which has no answer yet
     */
    public Route onPost(String path) {
        return on("POST " + path, request -> request.method().equals("POST") && path.equals(request.path()));
    }

    /**
     * Begins a route for whatever requests a test can tell apart.
     *
     * @param name tells in a failure which route it was
     * @param matches whether a request takes this route
     * @return the route, which has no answer yet
     */
    public Route on(String name, Predicate<RecordedRequest> matches) {
        Route route = new Route(name, matches);
        routes.add(route);
        return route;
    }

    /**
     * Lists what was asked, in order, requests that failed included.
     *
     * @return a snapshot
     */
    public List<RecordedRequest> requests() {
        return List.copyOf(requests);
    }

    /**
     * Gives the one request that there was.
     *
     * @return the request
     * @throws AssertionError if there was none, or more than one
     */
    public RecordedRequest onlyRequest() {
        if (requests.size() != 1) {
            throw new AssertionError("Expected one request, got " + requests);
        }
        return requests.get(0);
    }

    /**
     * Gives the latest request.
     *
     * @return the request
     * @throws AssertionError if there was none
     */
    public RecordedRequest lastRequest() {
        if (requests.isEmpty()) {
            throw new AssertionError("Expected a request, got none");
        }
        return requests.get(requests.size() - 1);
    }

    /**
     * Counts the responses that were handed out and not closed yet.
     *
     * @return the number of open responses
     */
    public int openResponses() {
        return openResponses.get();
    }

    /**
     * Tells whether somebody closed this transport.
     *
     * @return true after {@link #close()}
     */
    public boolean isClosed() {
        return closed.get();
    }

    /**
     * Checks that the script was followed: no unexpected request, no answer left over, every response closed.
     *
     * @throws AssertionError if it was not
     */
    public void verify() {
        List<String> problems = new ArrayList<>();
        unexpected.forEach(request -> problems.add("unexpected " + request));
        routes.forEach(route -> route.addLeftovers(problems));
        otherwise.addLeftovers(problems);
        if (openResponses.get() != 0) {
            problems.add(openResponses.get() + " responses were not closed");
        }
        if (!problems.isEmpty()) {
            throw new AssertionError("The script was not followed: " + String.join("; ", problems));
        }
    }

    @Override
    public TransportResponse send(TransportRequest request) throws TransportException {
        if (closed.get()) {
            throw new TransportException(Kind.CLOSED, Delivery.NOT_SENT, "The transport is closed", null);
        }
        checkLiteral(request);
        RecordedRequest recorded = RecordedRequest.of(request);
        requests.add(recorded);
        return answerTo(recorded).give(recorded, this::opened);
    }

    /** Only of a literal is it known which address it stands for. */
    private static void checkLiteral(TransportRequest request) throws TransportException {
        String host = request.uri().getHost();
        if (host.startsWith("[") || host.matches("[0-9.]+")) {
            try {
                request.addressPolicy().check(host, InetAddress.getByName(host));
            } catch (UnknownHostException e) {
                throw new TransportException(Kind.RESOLVE, Delivery.NOT_SENT, "No address for " + host, e);
            }
        }
    }

    private Answer answerTo(RecordedRequest request) {
        for (Route route : routes) {
            Answer answer = route.matches.test(request) ? route.next(request) : null;
            if (answer != null) {
                return answer;
            }
        }
        Answer answer = otherwise.next(request);
        if (answer == null) {
            unexpected.add(request.toString());
            throw new AssertionError("No answer is scripted for " + request);
        }
        return answer;
    }

    private Runnable opened() {
        openResponses.incrementAndGet();
        AtomicBoolean once = new AtomicBoolean();
        return () -> {
            if (once.compareAndSet(false, true)) {
                openResponses.decrementAndGet();
            }
        };
    }

    /**
     * Tells that address policies are kept: a literal address is refused before the request is recorded. A name stands for
     * no address here; a test that wants one to be refused lets its route {@linkplain Route#fails fail} with {@link
     * Kind#ADDRESS}.
     *
     * @return true
     */
    @Override
    public boolean honoursAddressPolicy() {
        return true;
    }

    /** Refuses every later request, with {@link Kind#CLOSED}. */
    @Override
    public void close() {
        closed.set(true);
    }

    /** The answers for one sort of request: each is given once and in order, then the standing one if there is one. */
    public static final class Route {

        private final String name;
        private final Predicate<RecordedRequest> matches;
        private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
        private volatile @Nullable Function<RecordedRequest, Answer> standing;

        private Route(String name, Predicate<RecordedRequest> matches) {
            this.name = name;
            this.matches = matches;
        }

        /**
         * Adds an answer.
         *
         * @param answer given once
         * @return this route
         */
        public Route answers(Answer answer) {
            answers.add(answer);
            return this;
        }

        /**
         * Adds an answer.
         *
         * @param status a final status, from 200 to 599
         * @param contentType the {@code Content-Type}
         * @param body the body
         * @return this route
         */
        public Route answers(int status, String contentType, String body) {
            return answers(Answer.of(status, contentType, body));
        }

        /**
         * Adds a failure.
         *
         * @param kind what goes wrong
         * @param delivery whether the server may have received the request
         * @return this route
         */
        public Route fails(Kind kind, Delivery delivery) {
            return answers(Answer.failure(kind, delivery));
        }

        /**
         * Answers all further requests alike, however many come; {@link ScriptedTransport#verify()} expects none.
         *
         * @param answer given whenever no single answer is left
         * @return this route
         */
        public Route alwaysAnswers(Answer answer) {
            return alwaysAnswers(request -> answer);
        }

        /**
         * Answers all further requests by what they say.
         *
         * @param answer makes the answer whenever no single answer is left; called by many threads at once
         * @return this route
         */
        public Route alwaysAnswers(Function<RecordedRequest, Answer> answer) {
            standing = answer;
            return this;
        }

        private @Nullable Answer next(RecordedRequest request) {
            Answer single = answers.poll();
            Function<RecordedRequest, Answer> always = standing;
            if (single != null || always == null) {
                return single;
            }
            return always.apply(request);
        }

        private void addLeftovers(List<String> problems) {
            if (!answers.isEmpty()) {
                problems.add(answers.size() + " answers were left for " + name);
            }
        }
    }
}
