package dev.latchkey.auth;

import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks into a JWT without verifying it, where that only refuses what is wrong already. */
final class Jwts {

    private Jwts() {}

    /** Reads the header (0) or the claims (1); empty if the text is no signed JWT. */
    static Map<String, @Nullable Object> part(String jwt, int index) {
        String[] parts = jwt.split("\\.", -1);
        if (parts.length != 3) {
            return Map.of();
        }
        try {
            return Json.object(Base64.getUrlDecoder().decode(parts[index]));
        } catch (JsonFault | IllegalArgumentException e) {
            return Map.of();
        }
    }

    static boolean isEncrypted(String jwt) {
        return jwt.chars().filter(c -> c == '.').count() == 4;
    }
}
