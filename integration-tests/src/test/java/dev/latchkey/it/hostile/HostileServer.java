package dev.latchkey.it.hostile;

import dev.latchkey.auth.testkit.ServerTrust;
import dev.latchkey.auth.testkit.WireRequest;
import dev.latchkey.auth.testkit.WireServer;
import dev.latchkey.auth.testkit.WireServer.Script;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * An authorization server, its JWKS host and a resource server at one https address, which plays fair until a test says what
 * one of its endpoints does instead; and a second host, of which nobody must ever hear.
 */
final class HostileServer implements AutoCloseable {

    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final WireServer wire = WireServer.startTls("localhost", connection -> {
        Script script = scripts.get(pathOf(connection.request()));
        if (script == null) {
            connection.respond("404 Not Found", "", "");
        } else {
            script.answer(connection);
        }
    });
    private final WireServer elsewhere =
            WireServer.startTls("localhost", connection -> connection.respond("200 OK", "", "{}"));

    HostileServer() {
        playsFair();
    }

    /** Does as it should at every endpoint, whatever it did before. */
    void playsFair() {
        scripts.clear();
        describes("");
        json("/jwks", "200 OK", "{\"keys\":[" + Forge.jwk(Forge.SERVER, "k1") + "]}");
    }

    String issuer() {
        return wire.uri("").toString();
    }

    URI uri(String path) {
        return wire.uri(path);
    }

    /** An address at the host that must never be asked. */
    URI elsewhere(String path) {
        return elsewhere.uri(path);
    }

    /**
     * Connections, not requests: one that failed in TLS would have been an attempt too. One of our own comes first, since they are
     * accepted in turn: when it is answered, all before it have been counted, and the host is known to be there.
     */
    int attemptsElsewhere() {
        URI host = elsewhere.uri("/");
        try (Socket socket =
                elsewhere.trust().sslContext().getSocketFactory().createSocket(host.getHost(), host.getPort())) {
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            if (socket.getInputStream().read() < 0) {
                throw new AssertionError("the second host does not answer");
            }
        } catch (IOException e) {
            throw new AssertionError("the second host cannot be asked whether it was asked", e);
        }
        return elsewhere.connections() - 1;
    }

    ServerTrust trust() {
        return wire.trust();
    }

    List<WireRequest> requestsTo(String path) {
        return wire.requests().stream()
                .filter(request -> pathOf(request).equals(path))
                .collect(Collectors.toList());
    }

    /** Publishes metadata with further members, each followed by a comma; a later member of the same name is a duplicate. */
    HostileServer describes(String furtherMembers) {
        return json("/.well-known/openid-configuration", "200 OK", metadata(furtherMembers));
    }

    String metadata(String furtherMembers) {
        return "{" + furtherMembers + "\"issuer\":\"" + issuer() + "\",\"authorization_endpoint\":\""
                + uri("/authorize")
                + "\",\"token_endpoint\":\"" + uri("/token") + "\",\"jwks_uri\":\"" + uri("/jwks")
                + "\",\"userinfo_endpoint\":\"" + uri("/userinfo") + "\",\"revocation_endpoint\":\"" + uri("/revoke")
                + "\",\"introspection_endpoint\":\"" + uri("/introspect") + "\",\"device_authorization_endpoint\":\""
                + uri("/device")
                + "\",\"response_types_supported\":[\"code\"],\"subject_types_supported\":[\"public\"],"
                + "\"id_token_signing_alg_values_supported\":[\"RS256\"],\"code_challenge_methods_supported\":[\"S256\"],"
                + "\"dpop_signing_alg_values_supported\":[\"ES256\"],\"authorization_response_iss_parameter_supported\":true}";
    }

    HostileServer json(String path, String status, String body) {
        return does(path, connection -> connection.respond(status, "Content-Type: application/json\r\n", body));
    }

    HostileServer answers(String path, String status, String headers, String body) {
        return does(path, connection -> connection.respond(status, headers, body));
    }

    HostileServer does(String path, Script script) {
        scripts.put(path, script);
        return this;
    }

    HostileServer redirects(String path, int status) {
        return answers(path, status + " Moved", "Location: " + elsewhere(path) + "\r\n", "");
    }

    /** Sends a byte now and then, for as long as anybody listens. */
    HostileServer drips(String path) {
        return does(path, connection -> {
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{");
            try {
                while (true) {
                    Thread.sleep(50);
                    connection.write(" ");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (IOException e) {
                // The client has had enough, as it should.
                connection.close();
            }
        });
    }

    @Override
    public void close() {
        wire.close();
        elsewhere.close();
    }

    private static String pathOf(WireRequest request) {
        String target = request.line().split(" ", 3)[1];
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }
}
