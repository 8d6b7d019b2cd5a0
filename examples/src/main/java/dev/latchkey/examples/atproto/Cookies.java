package dev.latchkey.examples.atproto;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.BrowserBinding;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The two cookies: one knows the browser, the other ties a callback to the browser that began the sign-in.
 *
 * <p>Over https they are {@code __Host-} cookies, which nobody but this host can set. At {@code http://127.0.0.1} Safari drops those
 * (and all {@code Secure} ones), so there they go without: other programs of the same machine could set them, which is why an address
 * like this is good for development alone.
 */
final class Cookies {

    private static final String STRICT = "__Host-";
    private static final String VISIT = "latchkey-visit";
    private static final int THIRTY_DAYS = 30 * 24 * 60 * 60;
    private static final int TEN_MINUTES = 10 * 60;

    private final boolean https;
    private final SecureRandom random = new SecureRandom();

    Cookies(boolean https) {
        this.https = https;
    }

    /** The visit that a request belongs to; a new one if it belongs to none. */
    Visit visit(Request request) {
        String name = name(STRICT + VISIT) + "=";
        String cookie = pairs(request)
                .filter(pair -> pair.startsWith(name))
                .map(pair -> pair.substring(name.length()))
                .findFirst()
                .orElse("");
        return Visit.of(cookie, random);
    }

    String keep(Visit visit) {
        return cookie(STRICT + VISIT, visit.secret(), THIRTY_DAYS);
    }

    String bind(BrowserBinding binding) {
        return cookie(binding.cookieName(), binding.reveal(), TEN_MINUTES);
    }

    /** The binding of a callback; nothing if this browser did not begin that sign-in. */
    Optional<BrowserBinding> binding(AuthorizationCallback callback, Request request) {
        String cookies =
                pairs(request).map(pair -> https ? pair : STRICT + pair).collect(Collectors.joining("; "));
        return BrowserBinding.find(callback, cookies);
    }

    String forget(BrowserBinding binding) {
        return cookie(binding.cookieName(), "", 0);
    }

    private static Stream<String> pairs(Request request) {
        return Arrays.stream(request.cookies().split(";", -1)).map(String::trim);
    }

    // Lax, since the browser comes back from another site by a link, and must bring them.
    private String cookie(String name, String value, int seconds) {
        return name(name) + "=" + value + "; Path=/; Max-Age=" + seconds + "; HttpOnly; SameSite=Lax"
                + (https ? "; Secure" : "");
    }

    private String name(String strict) {
        return https ? strict : strict.substring(STRICT.length());
    }
}
