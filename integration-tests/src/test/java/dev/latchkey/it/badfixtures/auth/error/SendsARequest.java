package dev.latchkey.it.badfixtures.auth.error;

import dev.latchkey.it.guard.Breaks;
import java.net.http.HttpClient;

/** A value that sends a request. */
@Breaks({"values without I/O", "java.net.http"})
final class SendsARequest {

    HttpClient client() {
        return HttpClient.newHttpClient();
    }
}
