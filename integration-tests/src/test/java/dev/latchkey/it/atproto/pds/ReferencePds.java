package dev.latchkey.it.atproto.pds;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.latchkey.it.node.NodeServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Two personal data servers of the reference implementation and a PLC directory, in one process. */
public final class ReferencePds implements AutoCloseable {

    private static final Gson GSON = new Gson();

    private final NodeServer process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI server;
    private final URI other;
    private final URI directory;
    private final String version;

    private ReferencePds(NodeServer process) {
        this.process = process;
        JsonObject said = process.greeting().getAsJsonObject();
        this.server = URI.create(said.get("pds").getAsString());
        this.other = URI.create(said.get("other").getAsString());
        this.directory = URI.create(said.get("directory").getAsString());
        this.version = said.get("version").getAsString();
    }

    /**
     * Starts all on ports that the operating system chooses. Without an installation the test is skipped, or fails in a
     * continuous build.
     *
     * @param hosts the ports of this machine where the servers find other hosts, by their names
     * @param authority the certificate, in base64, that they trust them by
     */
    public static ReferencePds start(Path folder, Map<String, Integer> hosts, String authority) {
        JsonObject ports = new JsonObject();
        hosts.forEach(ports::addProperty);
        try {
            Path pem = Files.writeString(
                    folder.resolve("authority.pem"),
                    "-----BEGIN CERTIFICATE-----\n" + authority.replaceAll(".{64}", "$0\n")
                            + "\n-----END CERTIFICATE-----\n");
            return new ReferencePds(NodeServer.start(
                    folder,
                    "pds.mjs",
                    Map.of("NODE_EXTRA_CA_CERTS", pem.toString(), "LOG_ENABLED", "false"),
                    folder.resolve("data").toString(),
                    ports.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The server's origin, on {@code http://localhost}. */
    public URI server() {
        return server;
    }

    /** The origin of the other server, which is an issuer of its own. */
    public URI other() {
        return other;
    }

    /** The directory's origin, on {@code http://localhost}. */
    public URI directory() {
        return directory;
    }

    /** The version of {@code @atproto/pds}. */
    public String version() {
        return version;
    }

    /** Opens an account, and gives its DID. */
    public String account(String handle, String password) {
        JsonObject account = new JsonObject();
        account.addProperty("handle", handle);
        account.addProperty("email", handle + "@example.com");
        account.addProperty("password", password);
        HttpRequest request = HttpRequest.newBuilder(server.resolve("/xrpc/com.atproto.server.createAccount"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(account.toString()))
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new AssertionError(response.body());
            }
            return JsonParser.parseString(response.body())
                    .getAsJsonObject()
                    .get("did")
                    .getAsString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Opens an account whose DID is a {@code did:web} of this machine, and gives its DID. */
    public String webAccount(String handle, String password) {
        return tell("web", handle, password).get(0);
    }

    /** The identifiers of the clients that have a session of the account, as the server itself has it in its database. */
    public List<String> sessions(String did) {
        return tell("sessions", did, 0);
    }

    /** The same of the other server. */
    public List<String> sessionsAtOther(String did) {
        return tell("sessions", did, 1);
    }

    /** Ends all sessions of the account at both servers, and says which those were. */
    public List<String> end(String did) {
        return tell("end", did);
    }

    /** From now on the directory says that the account is at the other server, which knows nothing of it. */
    public void pointToOther(String did) {
        tell("point", did, 1);
    }

    /** The account moves to the other server, as its owner would move it. */
    public void move(String did, String handle, String password) {
        tell("move", did, handle, password);
    }

    /** So much later it is for both servers. */
    public void later(Duration time) {
        tell("later", time.toSeconds());
    }

    /**
     * From now on the server's answers at this path are changed on their way.
     *
     * @param change another {@code status}, more {@code headers}, members of the JSON to {@code set} or to {@code remove}
     */
    public void forge(String path, Map<String, ?> change) {
        tell("forge", path, change);
    }

    /** Nothing is changed any more. */
    public void fair() {
        tell("fair");
    }

    /** What the server has answered since this was asked last: method, path and status of each. */
    public List<String> answers() {
        return tell("answers");
    }

    private List<String> tell(Object... command) {
        JsonElement said = process.tell(GSON.toJson(command));
        if (said.isJsonObject()) {
            throw new AssertionError(said.getAsJsonObject().get("failed").getAsString());
        }
        List<String> words = new ArrayList<>();
        said.getAsJsonArray().forEach(each -> words.add(each.getAsString()));
        return words;
    }

    @Override
    public void close() {
        process.close();
    }
}
