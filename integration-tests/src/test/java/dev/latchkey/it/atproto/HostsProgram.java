package dev.latchkey.it.atproto;

import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.transport.jdk.JdkTransport;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Sends requests over the JDK's client in a JVM that reads names from a file of its own, with a policy that allows loopback addresses and
 * no others inside the house. It says what became of each: the status, or the kind of the failure.
 */
public final class HostsProgram {

    private HostsProgram() {}

    /** Requests each address, and writes a file, given as {@code path=content}, in between. */
    public static void main(String... arguments) throws IOException {
        try (HttpTransport transport = JdkTransport.create()) {
            HttpTransport restricted =
                    AddressPolicy.dangerouslyAllowingLoopback().on(transport);
            for (String each : arguments) {
                int equals = each.indexOf('=');
                if (equals < 0) {
                    System.out.println(outcome(restricted, URI.create(each)));
                } else {
                    Files.writeString(Path.of(each.substring(0, equals)), each.substring(equals + 1));
                }
            }
        }
    }

    private static String outcome(HttpTransport transport, URI uri) {
        try (TransportResponse response =
                transport.send(TransportRequest.builder("GET", uri).build())) {
            return Integer.toString(response.status());
        } catch (TransportException e) {
            return e.kind().toString();
        }
    }
}
