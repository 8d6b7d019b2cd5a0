package dev.latchkey.platform.token;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The {@code claims} parameter (OpenID Connect Core §5.5). Immutable. */
public final class Claims {
    /** No claims asked for. */
    public static final Claims NONE = new Claims(new JsonObject());

    private final JsonObject json;

    private Claims(JsonObject json) {
        this.json = json;
    }

    /**
     * Reads the parameter.
     *
     * @param text its value; empty if it was not sent
     * @return the claims
     * @throws ProtocolException if it is no JSON object
     */
    public static Claims parse(String text) {
        if (text.isEmpty()) {
            return NONE;
        }
        try {
            return new Claims(JsonParser.parseString(text).getAsJsonObject());
        } catch (JsonParseException | IllegalStateException e) {
            throw new ProtocolException("invalid_request", 9002350, "The claims parameter is not a JSON object.");
        }
    }

    /**
     * The client capabilities ({@code xms_cc}) stated for the access token.
     *
     * @return such as {@code cp1}
     */
    public List<String> capabilities() {
        List<String> found = new ArrayList<>();
        member("access_token", "xms_cc").ifPresent(claim -> {
            JsonElement values = claim.get("values");
            if (values instanceof JsonArray) {
                values.getAsJsonArray().forEach(value -> found.add(value.getAsString()));
            }
        });
        return found;
    }

    /**
     * The authentication context asked for in the ID token.
     *
     * @return its {@code value}, or the first of its {@code values}
     */
    public Optional<String> acr() {
        return member("id_token", "acr").flatMap(claim -> {
            if (claim.has("value")) {
                return Optional.of(claim.get("value").getAsString());
            }
            return claim.get("values") instanceof JsonArray
                            && !claim.getAsJsonArray("values").isEmpty()
                    ? Optional.of(claim.getAsJsonArray("values").get(0).getAsString())
                    : Optional.empty();
        });
    }

    private Optional<JsonObject> member(String target, String name) {
        JsonElement section = json.get(target);
        JsonElement claim =
                section instanceof JsonObject ? section.getAsJsonObject().get(name) : null;
        return claim instanceof JsonObject ? Optional.of(claim.getAsJsonObject()) : Optional.empty();
    }
}
