package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonSyntaxException;
import java.net.http.HttpResponse;

/** What the raw client was answered. */
final class Answer {

    final int status;
    final String body;
    private final HttpResponse<String> response;

    Answer(HttpResponse<String> response) {
        this.status = response.statusCode();
        this.body = response.body();
        this.response = response;
    }

    String header(String name) {
        return response.headers().firstValue(name).orElse("");
    }

    JsonObject json() {
        try {
            JsonElement parsed = JsonParser.parseString(body);
            return parsed.isJsonObject() ? parsed.getAsJsonObject() : new JsonObject();
        } catch (JsonSyntaxException e) {
            return new JsonObject();
        }
    }

    String text(String member) {
        return Json.text(json(), member);
    }

    @Override
    public String toString() {
        return status + " " + body;
    }
}
