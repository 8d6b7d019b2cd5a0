package dev.latchkey.auth.atproto;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * Looks up TXT records in the DNS, where handles are bound to accounts.
 *
 * <p>An application that has a resolver of its own, with DNSSEC or over HTTPS, brings it along. Implementations are safe
 * for use by any number of threads at once.
 */
@FunctionalInterface
public interface TxtRecords {

    /**
     * Looks up the records of a name, blocking for a bounded time. A look-up that never returns keeps its thread, one of the places for
     * look-ups and its handle: whoever asks for that handle waits for it, and finds it temporarily unknown.
     *
     * @param name a name in lower case, such as {@code _atproto.alice.example}: letters, digits, hyphens, underscores, dots
     * @return the text of each record, the strings that it consists of put together, without the quotes of a zone file that resolvers
     *     over HTTPS put around it; empty, and not null, if there is none, or no such name
     * @throws IOException if there is no answer, or one that says nothing about the name; anything else that is thrown is taken
     *     for a fault of the application's, and told as a {@link dev.latchkey.auth.error.ConfigurationException}
     */
    List<String> lookup(String name) throws IOException;

    /**
     * Asks the name servers that the machine is set up with, through the DNS provider of the JDK's naming interface.
     *
     * @return the look-up
     */
    static TxtRecords system() {
        return JndiTxtRecords.of(List.of());
    }

    /**
     * Asks certain name servers, in their order.
     *
     * @param servers addresses of recursive name servers, at least one
     * @return the look-up
     * @throws IllegalArgumentException if there is none, or one that has no address
     */
    static TxtRecords at(InetSocketAddress... servers) {
        if (servers.length == 0) {
            throw new IllegalArgumentException("servers must name at least one");
        }
        return JndiTxtRecords.of(List.of(servers));
    }
}
