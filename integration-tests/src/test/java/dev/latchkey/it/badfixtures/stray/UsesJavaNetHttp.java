package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.net.http.HttpClient;

/** A technology outside its adapter. */
@Breaks("java.net.http")
final class UsesJavaNetHttp {

    private final HttpClient used;

    UsesJavaNetHttp(HttpClient used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
