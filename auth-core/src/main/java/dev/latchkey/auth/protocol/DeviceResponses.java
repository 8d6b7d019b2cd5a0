package dev.latchkey.auth.protocol;

import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.DeviceCode;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Decodes a device authorization response (RFC 8628 §3.2). */
public final class DeviceResponses {

    private static final long DEFAULT_INTERVAL = 5;

    private DeviceResponses() {}

    /**
     * Decodes a response.
     *
     * @param answer an answer with status 200
     * @param scopes what was asked for
     * @param requestedAt the instant before the request was sent
     * @return the device authorization
     * @throws InvalidResponseException if a member is missing or cannot be shown to a user; it names the member
     */
    public static DeviceAuthorization decode(Answer answer, Scopes scopes, Instant requestedAt) {
        long lifetime = answer.seconds("expires_in")
                .orElseThrow(() -> new InvalidResponseException("expires_in", answer.host(), "is missing"));
        long interval = answer.seconds("interval").orElse(DEFAULT_INTERVAL);
        String userCode = answer.requiredText("user_code");
        if (userCode.length() > 64 || userCode.chars().anyMatch(DeviceResponses::isUnseen)) {
            throw new InvalidResponseException("user_code", answer.host(), "cannot be shown to a user");
        }
        URI complete =
                answer.text("verification_uri_complete").isPresent() ? web(answer, "verification_uri_complete") : null;
        return DeviceAuthorization.of(
                deviceCode(answer),
                userCode,
                web(answer, "verification_uri"),
                complete,
                requestedAt.plusSeconds(lifetime),
                Duration.ofSeconds(Math.max(interval, 1)),
                scopes);
    }

    // Format characters can turn the direction of what is shown around.
    private static boolean isUnseen(int c) {
        return Character.isISOControl(c) || Character.getType(c) == Character.FORMAT;
    }

    private static DeviceCode deviceCode(Answer answer) {
        String text = answer.requiredText("device_code");
        if (!text.chars().allMatch(c -> c >= ' ' && c <= '~')) {
            throw new InvalidResponseException("device_code", answer.host(), "has a character beyond printable ASCII");
        }
        return DeviceCode.of(text);
    }

    /** The user is sent there, perhaps by a program that opens it: nothing but a web address will do. */
    private static URI web(Answer answer, String name) {
        @Nullable URI uri;
        try {
            uri = URI.create(answer.requiredText(name));
        } catch (IllegalArgumentException e) {
            throw new InvalidResponseException(name, answer.host(), "is not a URI", null, e);
        }
        String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            throw new InvalidResponseException(name, answer.host(), "is not a web address");
        }
        return uri;
    }
}
