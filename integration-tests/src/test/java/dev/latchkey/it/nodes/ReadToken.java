package dev.latchkey.it.nodes;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.latchkey.auth.token.AccessToken;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** What a test reads in one of Keycloak's access tokens. */
final class ReadToken {

    private final JsonObject claims;
    private final String generation;

    private ReadToken(JsonObject claims, String generation) {
        this.claims = claims;
        this.generation = generation;
    }

    static ReadToken of(AccessToken token) {
        return of(token.reveal());
    }

    /** Reads the token of a token endpoint's answer. */
    static ReadToken ofAnswer(byte[] json) {
        return of(JsonParser.parseString(new String(json, StandardCharsets.UTF_8))
                .getAsJsonObject()
                .get("access_token")
                .getAsString());
    }

    private static ReadToken of(String jwt) {
        String[] parts = jwt.split("\\.", -1);
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        return new ReadToken(JsonParser.parseString(claims).getAsJsonObject(), parts[2].substring(0, 16));
    }

    /** What no other token has: the beginning of its signature. */
    String generation() {
        return generation;
    }

    /** Keycloak's name of the session. */
    String session() {
        return claims.get("sid").getAsString();
    }

    /** Whose token it is, and of which session: what never changes. */
    String whose() {
        return claims.get("sub").getAsString() + "/" + session();
    }
}
