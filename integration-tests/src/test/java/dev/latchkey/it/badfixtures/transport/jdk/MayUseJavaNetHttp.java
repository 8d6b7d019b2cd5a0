package dev.latchkey.it.badfixtures.transport.jdk;

import java.net.http.HttpClient;

/** The adapter of this technology. */
final class MayUseJavaNetHttp {

    private final HttpClient used;

    MayUseJavaNetHttp(HttpClient used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
