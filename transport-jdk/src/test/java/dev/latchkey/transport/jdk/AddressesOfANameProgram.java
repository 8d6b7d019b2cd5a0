package dev.latchkey.transport.jdk;

import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Sends one request to a name that may stand for loopback, and prints what came of it. */
final class AddressesOfANameProgram {

    private AddressesOfANameProgram() {}

    /** Takes the address, and what the JVM's file of hosts says from the moment on at which the name has been checked. */
    public static void main(String[] args) throws Exception {
        // Asked for after the check and before the client connects.
        RequestBody body = RequestBody.once(1, () -> {
            Files.writeString(Path.of(System.getProperty("jdk.net.hosts.file")), args[1]);
            return new ByteArrayInputStream("x".getBytes(StandardCharsets.US_ASCII));
        });
        TransportRequest request = TransportRequest.builder("POST", URI.create(args[0]))
                .body(body)
                .timeout(Duration.ofSeconds(5))
                .addressPolicy(AddressPolicy.dangerouslyAllowingLoopback())
                .build();
        try (HttpTransport transport = JdkTransport.create();
                TransportResponse response = transport.send(request)) {
            System.out.print(response.status());
        } catch (TransportException e) {
            System.out.print(e.kind() + " " + e.delivery());
        }
    }
}
