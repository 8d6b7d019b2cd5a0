package dev.latchkey.examples.atproto;

import com.sun.net.httpserver.HttpExchange;
import dev.latchkey.auth.identity.Account;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Which accounts each browser is signed in with. An application has its own web sessions in this place. */
final class Visits {

    private static final String COOKIE = "visit=";

    private final SecureRandom random = new SecureRandom();
    private final Map<String, List<Account>> accounts = new ConcurrentHashMap<>();

    /** Tells which visit a request belongs to, and begins one with a cookie if it belongs to none. */
    String begin(HttpExchange exchange) {
        String known = cookie(exchange.getRequestHeaders().getFirst("Cookie"));
        if (known != null) {
            return known;
        }
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        String visit = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        exchange.getResponseHeaders().add("Set-Cookie", COOKIE + visit + "; Path=/; HttpOnly; SameSite=Lax");
        return visit;
    }

    List<Account> accounts(String visit) {
        return accounts.getOrDefault(visit, List.of());
    }

    void add(String visit, Account account) {
        List<Account> all = accounts.computeIfAbsent(visit, any -> new CopyOnWriteArrayList<>());
        all.remove(account);
        all.add(account);
    }

    Optional<Account> remove(String visit, String subject) {
        List<Account> all = accounts(visit);
        Optional<Account> found =
                all.stream().filter(each -> each.subject().equals(subject)).findAny();
        found.ifPresent(all::remove);
        return found;
    }

    private static @Nullable String cookie(@Nullable String header) {
        for (String each : header == null ? new String[0] : header.split(";", -1)) {
            String pair = each.trim();
            if (pair.startsWith(COOKIE) && pair.length() == COOKIE.length() + 43) {
                return pair.substring(COOKIE.length());
            }
        }
        return null;
    }
}
