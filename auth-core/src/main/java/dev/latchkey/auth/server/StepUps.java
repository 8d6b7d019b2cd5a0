package dev.latchkey.auth.server;

import dev.latchkey.auth.authorize.StepUp;
import dev.latchkey.auth.error.Challenge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the demands of RFC 9470. */
final class StepUps {

    private static final int MAX_VALUES = 50;

    private StepUps() {}

    static Optional<StepUp> find(List<Challenge> challenges) {
        for (Challenge challenge : challenges) {
            if (challenge.parameter("error").orElse("").equals("insufficient_user_authentication")) {
                return Optional.of(StepUp.authentication(
                        acrValues(challenge.parameter("acr_values").orElse("")),
                        maxAge(challenge.parameter("max_age").orElse(""))));
            }
        }
        return Optional.empty();
    }

    private static List<String> acrValues(String text) {
        List<String> values = new ArrayList<>();
        for (String each : text.split(" ", MAX_VALUES + 1)) {
            if (!each.isEmpty() && values.size() < MAX_VALUES) {
                values.add(each);
            }
        }
        return values;
    }

    private static @Nullable Duration maxAge(String text) {
        return text.matches("[0-9]{1,9}") ? Duration.ofSeconds(Long.parseLong(text)) : null;
    }
}
