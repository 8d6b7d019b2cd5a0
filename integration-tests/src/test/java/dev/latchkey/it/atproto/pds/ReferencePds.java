package dev.latchkey.it.atproto.pds;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A personal data server of the reference implementation and a PLC directory, in one process. */
public final class ReferencePds implements AutoCloseable {

    private final NodeServer process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI server;
    private final URI directory;
    private final String version;

    private ReferencePds(NodeServer process) {
        this.process = process;
        JsonObject said = process.greeting().getAsJsonObject();
        this.server = URI.create(said.get("pds").getAsString());
        this.directory = URI.create(said.get("directory").getAsString());
        this.version = said.get("version").getAsString();
    }

    /**
     * Starts both on ports that the operating system chooses. Without an installation the test is skipped, or fails in a
     * continuous build.
     *
     * @param hosts the ports of this machine where the server finds other hosts, by their names
     * @param authority the certificate, in base64, that it trusts them by
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

    /** The identifiers of the clients that have a session of the account, as the server itself has it in its database. */
    public List<String> sessions(String did) {
        return tell("sessions " + did);
    }

    /** Ends all sessions of the account at the server, and says which those were. */
    public List<String> end(String did) {
        return tell("end " + did);
    }

    private List<String> tell(String command) {
        List<String> clients = new ArrayList<>();
        process.tell(command).getAsJsonArray().forEach(each -> clients.add(each.getAsString()));
        return clients;
    }

    @Override
    public void close() {
        process.close();
    }
}
