package dev.latchkey.benchmarks;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.apache.hc.core5.http.io.entity.StringEntity;

/** A token request as one writes it without a library: no check but the status. */
public final class ByHand {

    private static final String FORM = "grant_type=client_credentials&scope="
            + encoded("https://graph.microsoft.com/.default") + "&client_id=app&client_secret=" + encoded("s3cret");

    private ByHand() {}

    /**
     * Gets a token over java.net.http.
     *
     * @param client the client
     * @param endpoint the token endpoint
     * @return the token
     * @throws IOException if no token comes
     * @throws InterruptedException if the thread is interrupted
     */
    public static String token(HttpClient client, URI endpoint) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .timeout(Duration.ofSeconds(30))
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(FORM))
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        return token(response.statusCode(), response.body());
    }

    /**
     * Gets a token over Apache HttpClient 5.
     *
     * @param client the client
     * @param endpoint the token endpoint
     * @return the token
     * @throws IOException if no token comes
     */
    public static String token(CloseableHttpClient client, URI endpoint) throws IOException {
        HttpPost post = new HttpPost(endpoint);
        post.setHeader("Accept", "application/json");
        post.setEntity(new StringEntity(FORM, ContentType.APPLICATION_FORM_URLENCODED));
        return client.execute(post, response -> token(response.getCode(), EntityUtils.toString(response.getEntity())));
    }

    private static String token(int status, String body) throws IOException {
        if (status != 200) {
            throw new IOException("status " + status);
        }
        JsonObject json = JsonParser.parseString(body).getAsJsonObject();
        return json.get("access_token").getAsString() + json.get("expires_in").getAsLong();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
