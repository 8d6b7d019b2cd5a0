package dev.latchkey.fuzzing;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.Challenges;
import dev.latchkey.auth.protocol.ErrorResponses;
import dev.latchkey.auth.spi.TransportHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

final class ChallengeFuzzTest {

    /**
     * Lines are read as headers; whatever they say, the challenges have schemes and names that were really there, and what
     * was read of a challenge is read again of the plainest way to write it.
     */
    @FuzzTest
    @DictionaryEntries({
        "Bearer ",
        "DPoP ",
        "Basic ",
        "realm=\"",
        "error=\"use_dpop_nonce\"",
        "error=\"insufficient_user_authentication\"",
        "acr_values=\"",
        "max_age=",
        "scope=\"",
        "resource_metadata=\"",
        "algs=\"",
        ", ",
        "\\\"",
        "==",
        "Retry-After: "
    })
    void decodes(byte[] data) {
        String text = new String(data, StandardCharsets.ISO_8859_1);
        List<String> headers = Arrays.asList(text.split("\n", -1));
        for (Challenge challenge : Challenges.parse(headers)) {
            String whole = text.toLowerCase(Locale.ROOT);
            if (challenge.scheme().isEmpty()
                    || !whole.contains(challenge.scheme().toLowerCase(Locale.ROOT))
                    || challenge.parameters().keySet().stream()
                            .anyMatch(name -> name.isEmpty() || !whole.contains(name.toLowerCase(Locale.ROOT)))) {
                throw new AssertionError("A challenge that nobody made");
            }
            Shown.check(challenge.toString());
            if (!Challenges.parse(List.of(written(challenge))).equals(List.of(challenge))) {
                throw new AssertionError("Another challenge was read than can be written");
            }
        }
        if (text.chars().noneMatch(c -> c < ' ' || c > '~') && !text.isBlank()) {
            TransportHeaders answered = TransportHeaders.builder()
                    .add("www-authenticate", text)
                    .add("retry-after", text)
                    .build();
            ServerError error = ErrorResponses.decode(
                    Answer.of("api.example.com", 401, answered, null), Instant.parse("2026-11-21T12:00:00Z"));
            Shown.check(error.toString());
            error.retryAfter();
        }
    }

    private static String written(Challenge challenge) {
        return challenge.parameters().entrySet().stream()
                .map(each -> each.getKey() + "=\"" + each.getValue().replaceAll("[\"\\\\]", "\\\\$0") + "\"")
                .collect(Collectors.joining(", ", challenge.scheme() + " ", ""));
    }
}
