package dev.latchkey.auth.credential;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The methods that need no signature: none, client_secret_basic and client_secret_post. */
final class SecretAuthentication implements ClientAuthentication {

    private final String method;
    private final Consumer<RequestDraft> step;

    private SecretAuthentication(String method, Consumer<RequestDraft> step) {
        this.method = method;
        this.step = step;
    }

    static SecretAuthentication none() {
        return new SecretAuthentication("none", SecretAuthentication::nameClient);
    }

    static SecretAuthentication basic(Supplier<ClientSecret> secret, boolean formEncoded) {
        Objects.requireNonNull(secret, "secret");
        return new SecretAuthentication("client_secret_basic", request -> {
            String id = request.clientId().value();
            String password = secret.get().reveal();
            String pair = formEncoded ? formEncoded(id) + ":" + formEncoded(password) : id + ":" + password;
            request.header(
                    "Authorization",
                    "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        });
    }

    static SecretAuthentication post(Supplier<ClientSecret> secret) {
        Objects.requireNonNull(secret, "secret");
        return new SecretAuthentication("client_secret_post", request -> {
            nameClient(request);
            request.parameter("client_secret", secret.get().reveal());
        });
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public void authenticate(RequestDraft request) {
        step.accept(request);
    }

    @Override
    public String toString() {
        return "ClientAuthentication[" + method + "]";
    }

    private static void nameClient(RequestDraft request) {
        request.parameter("client_id", request.clientId().value());
    }

    private static String formEncoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
