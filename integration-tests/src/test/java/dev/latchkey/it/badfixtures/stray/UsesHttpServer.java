package dev.latchkey.it.badfixtures.stray;

import com.sun.net.httpserver.HttpServer;
import dev.latchkey.it.guard.Breaks;

/** A technology outside its adapter. */
@Breaks("httpserver")
final class UsesHttpServer {

    private final HttpServer used;

    UsesHttpServer(HttpServer used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
