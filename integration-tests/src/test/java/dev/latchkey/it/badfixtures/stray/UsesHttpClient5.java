package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import org.apache.hc.client5.http.classic.HttpClient;

/** A technology outside its adapter. */
@Breaks("httpclient5")
final class UsesHttpClient5 {

    private final HttpClient used;

    UsesHttpClient5(HttpClient used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
