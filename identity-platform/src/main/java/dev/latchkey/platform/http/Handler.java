package dev.latchkey.platform.http;

import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.platform.exchange.Response;

/** Answers requests. Called by several threads at once. */
@FunctionalInterface
public interface Handler {
    /**
     * Answers a request.
     *
     * @param request the request
     * @return the answer
     */
    Response handle(ReceivedRequest request);
}
