package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonElement;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * A host with a name of its own, which speaks https on some port of 127.0.0.1. What it serves may be replaced path by path
 * while it runs.
 */
public final class LabHost {

    static {
        // Headers and body are two writes here, and the second need not wait for the first one's acknowledgement.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final String name;
    private final HttpsServer server;
    private final LabLog log;
    private final String own;
    private final Map<String, Function<Call, Reply>> routes = new ConcurrentHashMap<>();
    private final Map<String, Function<Call, Reply>> scripts = new ConcurrentHashMap<>();
    private volatile Function<Call, Reply> otherwise = call -> Reply.notFound();

    LabHost(String name, LabTrust trust, LabLog log, String own, Executor executor) {
        this.name = name;
        this.log = log;
        this.own = own;
        try {
            this.server = HttpsServer.create(
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 64);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(trust.server(name)));
        server.setExecutor(executor);
        server.createContext("/", this::handle);
        server.start();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try {
            Call call = Call.of(name, exchange);
            Reply reply = answer(call);
            // Before it is sent, so that whoever has the answer finds it in the log.
            if (!call.headers("X-Lab").contains(own)) {
                log.add(Seen.http(call, reply.status(), reply.broken(), reply.note()));
            }
            reply.send(exchange);
        } finally {
            exchange.close();
        }
    }

    private Reply answer(Call call) {
        try {
            Function<Call, Reply> script = scripts.get(call.path());
            Function<Call, Reply> route = routes.getOrDefault(call.path(), otherwise);
            return (script == null ? route : script).apply(call);
        } catch (RuntimeException e) {
            return Reply.text("the lab failed: " + e).status(500).noting(null, "the lab failed: " + e);
        }
    }

    /** The host's name. */
    public String name() {
        return name;
    }

    /** {@code https://} and the name. */
    public String origin() {
        return "https://" + name;
    }

    /** An address at this host, by its name. */
    public URI uri(String path) {
        return URI.create(origin() + path);
    }

    /** The port of 127.0.0.1 where it really is. */
    public int port() {
        return server.getAddress().getPort();
    }

    void route(String path, Function<Call, Reply> route) {
        routes.put(path, route);
    }

    void otherwise(Function<Call, Reply> route) {
        otherwise = route;
    }

    /** Serves what everybody may read: by GET, and without showing who asks. */
    public void document(String path, Supplier<Reply> reply) {
        route(path, call -> openly(call, reply));
    }

    /** Serves JSON that everybody may read. */
    public void document(String path, JsonElement json) {
        document(path, () -> Reply.json(json));
    }

    static Reply openly(Call call, Supplier<Reply> reply) {
        if (!call.method().equals("GET")) {
            return broken(Rule.DOCUMENT_METHOD).status(405);
        }
        boolean shown = call.header("Authorization").isPresent()
                || call.header("DPoP").isPresent()
                || call.header("Cookie").isPresent();
        return shown ? broken(Rule.DOCUMENT_CREDENTIALS) : reply.get();
    }

    private static Reply broken(Rule rule) {
        return Reply.text(rule.id() + ": " + rule.text()).status(400).noting(rule, rule.id());
    }

    /** From now on this path is answered so. The function may wait. */
    public void script(String path, Function<Call, Reply> script) {
        scripts.put(path, script);
    }

    /** From now on this path is answered so. */
    public void script(String path, Reply reply) {
        script(path, call -> reply);
    }

    /** From now on this path is answered as it would be, but for that. */
    public void alter(String path, UnaryOperator<Reply> change) {
        script(path, call -> change.apply(routes.getOrDefault(path, otherwise).apply(call)));
    }

    /** The path is answered as before it was scripted. */
    public void fair(String path) {
        scripts.remove(path);
    }

    void stop() {
        server.stop(0);
    }
}
