package dev.latchkey.platform.authorize;

import dev.latchkey.platform.directory.User;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A sign-in on its way through the pages: for an authorization request, or for a device's user code. Immutable; its id
 * is in every form, and only the browser that started it can go on with it.
 */
final class Transaction {
    private final String id;
    private final String browser;
    private final @Nullable AuthorizationRequest request;
    private final @Nullable String userCode;
    private final @Nullable User user;
    private final @Nullable Instant authenticatedAt;

    private Transaction(
            String id,
            String browser,
            @Nullable AuthorizationRequest request,
            @Nullable String userCode,
            @Nullable User user,
            @Nullable Instant authenticatedAt) {
        this.id = id;
        this.browser = browser;
        this.request = request;
        this.userCode = userCode;
        this.user = user;
        this.authenticatedAt = authenticatedAt;
    }

    static Transaction forRequest(String id, String browser, AuthorizationRequest request) {
        return new Transaction(id, browser, request, null, null, null);
    }

    static Transaction forDevice(String id, String browser) {
        return new Transaction(id, browser, null, null, null, null);
    }

    Transaction withUserCode(String code) {
        return new Transaction(id, browser, request, code, user, authenticatedAt);
    }

    Transaction signedIn(User by, Instant at) {
        return new Transaction(id, browser, request, userCode, by, at);
    }

    String id() {
        return id;
    }

    String browser() {
        return browser;
    }

    Optional<AuthorizationRequest> request() {
        return Optional.ofNullable(request);
    }

    Optional<String> userCode() {
        return Optional.ofNullable(userCode);
    }

    Optional<User> user() {
        return Optional.ofNullable(user);
    }

    Optional<Instant> authenticatedAt() {
        return Optional.ofNullable(authenticatedAt);
    }
}
