package dev.latchkey.fuzzing;

import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What people are shown of hostile bytes: short, and nothing that moves a cursor or begins a line of a log. */
final class Shown {

    private static final int MAX_LENGTH = 4_000;

    private Shown() {}

    static void check(OAuthException e) {
        check(String.valueOf(e.getMessage()));
    }

    static void check(String text) {
        if (text.length() > MAX_LENGTH || text.chars().anyMatch(Character::isISOControl)) {
            throw new AssertionError("A message of " + text.length() + " characters, or one with control characters");
        }
    }

    /** The document's members, or null if there is none. */
    static @Nullable Map<String, @Nullable Object> members(byte[] document) {
        try {
            return Json.object(document);
        } catch (JsonFault e) {
            check(e.field() + " " + e.problem());
            return null;
        }
    }
}
