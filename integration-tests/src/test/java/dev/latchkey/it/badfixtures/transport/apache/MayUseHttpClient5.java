package dev.latchkey.it.badfixtures.transport.apache;

import org.apache.hc.client5.http.classic.HttpClient;

/** The adapter of this technology. */
final class MayUseHttpClient5 {

    private final HttpClient used;

    MayUseHttpClient5(HttpClient used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
