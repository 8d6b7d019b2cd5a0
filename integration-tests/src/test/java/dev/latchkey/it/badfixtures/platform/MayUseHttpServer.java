package dev.latchkey.it.badfixtures.platform;

import com.sun.net.httpserver.HttpServer;

/** The adapter of this technology. */
final class MayUseHttpServer {

    private final HttpServer used;

    MayUseHttpServer(HttpServer used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
