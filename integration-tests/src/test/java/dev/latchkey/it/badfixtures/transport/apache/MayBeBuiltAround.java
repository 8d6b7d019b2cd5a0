package dev.latchkey.it.badfixtures.transport.apache;

import org.apache.hc.client5.http.classic.HttpClient;

/** The door of an adapter. */
public final class MayBeBuiltAround {

    private final HttpClient client;

    /** An adapter mentions its technology. */
    public MayBeBuiltAround(HttpClient client) {
        this.client = client;
    }

    @Override
    public String toString() {
        return client.toString();
    }
}
