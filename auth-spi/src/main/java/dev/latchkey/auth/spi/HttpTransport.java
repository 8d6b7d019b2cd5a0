package dev.latchkey.auth.spi;

/**
 * Sends one HTTP request and returns the response as it came.
 *
 * <p>An adapter only moves bytes. It sends the request at most once, and it never retries, follows a redirect, keeps
 * cookies, authenticates, parses, or decides by status: every final status from 200 to 599 is a response, and interim
 * ones (1xx) are skipped. It either delivers the body's raw bytes together with their {@code Content-Encoding}, or
 * decodes them and drops that header.
 *
 * <p>{@link TransportRequest#timeout()} bounds the whole exchange: connecting, sending, waiting for the headers and
 * reading the body. An adapter measures it on a monotonic clock.
 *
 * <p>Proxies, TLS contexts and connection pools belong to the HTTP client that the adapter was built around. Whoever
 * created that client closes it: {@link #close()} on an adapter around somebody else's client leaves that client open.
 *
 * <p>Over a client that blocks, {@link dev.latchkey.auth.spi.exchange.ExchangeWatch} does the greater part of this.
 *
 * <p>Implementations are safe for use by any number of threads at once. One transport serves any number of OAuth
 * clients. The contract is published as {@code HttpTransportContract} in {@code latchkey-auth-testkit}.
 */
@FunctionalInterface
public interface HttpTransport extends AutoCloseable {

    /**
     * Sends the request, blocking until the response's headers have arrived.
     *
     * <p>The caller closes the response, which releases the connection. Reading its body may throw
     * {@link TransportException} too, with {@link TransportException.Delivery#UNKNOWN}. An interrupt ends the call with
     * {@link TransportException.Kind#INTERRUPTED} and leaves the thread's interrupt flag set.
     *
     * @param request what to send
     * @return the response, whose body has not been read yet
     * @throws TransportException if no response came; it says whether the server may have received the request
     */
    TransportResponse send(TransportRequest request) throws TransportException;

    /**
     * Tells whether this transport keeps {@link TransportRequest#addressPolicy()}: that it never sends such a request to an
     * address that the policy refuses, however the name was looked up, also over a connection that is open already.
     *
     * <p>A transport that does not override this says no, and must not be given a request whose URI comes from a stranger.
     *
     * @return true if a request that its policy refuses fails with {@link TransportException.Kind#ADDRESS} and {@link
     *     TransportException.Delivery#NOT_SENT}
     */
    default boolean honoursAddressPolicy() {
        return false;
    }

    /**
     * Releases what this transport itself created. Does nothing by default; may be called more than once.
     *
     * <p>Calls that are under way end, normally, with {@link TransportException.Kind#CLOSED}, or by their time-outs. A later
     * call fails with {@code CLOSED} and {@link TransportException.Delivery#NOT_SENT}, if the transport was made to refuse
     * it.
     */
    @Override
    default void close() {}
}
