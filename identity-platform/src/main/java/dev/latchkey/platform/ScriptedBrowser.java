package dev.latchkey.platform;

import dev.latchkey.platform.exchange.Parameters;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/**
 * A browser without a screen, which keeps cookies, fills in the platform's forms and stops before it would leave for
 * the client. It trusts what its TLS context trusts.
 *
 * <p>Used by one thread at a time.
 */
public final class ScriptedBrowser {
    private static final int MAX_STEPS = 12;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient http;
    private final Map<String, String> cookies = new LinkedHashMap<>();

    private ScriptedBrowser(HttpClient http) {
        this.http = http;
    }

    /**
     * A browser without cookies.
     *
     * @param context decides which servers it trusts
     * @return the browser
     */
    public static ScriptedBrowser trusting(SSLContext context) {
        return new ScriptedBrowser(HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build());
    }

    /**
     * Opens an authorization URI, signs in and accepts what is asked.
     *
     * @param authorization the authorization URI
     * @param username the user name
     * @param password the password
     * @return the redirect URI with code and state, or with an error, which the browser would open next
     * @throws IllegalStateException if a page says no, or the answer is a form post: see {@link #open}
     */
    public URI signIn(URI authorization, String username, String password) {
        Callback callback = open(authorization, Answers.accepting(username, password));
        if (callback.isFormPost()) {
            throw new IllegalStateException("the answer is a form post to " + callback.uri());
        }
        return callback.uri();
    }

    /**
     * Opens an authorization URI and answers the pages until they lead away from the server.
     *
     * @param authorization the authorization URI
     * @param answers what to type and what to press
     * @return what the client will receive
     * @throws IllegalStateException if the pages lead nowhere
     */
    public Callback open(URI authorization, Answers answers) {
        Page page = get(authorization);
        for (int step = 0; step < MAX_STEPS; step++) {
            Optional<URI> location = page.location();
            if (location.isPresent() && !sameOrigin(authorization, location.get())) {
                return Callback.redirect(location.get());
            }
            if (location.isPresent()) {
                page = get(location.get());
                continue;
            }
            HtmlForm form = page.form();
            URI action = page.uri.resolve(form.action());
            if (!sameOrigin(authorization, action)) {
                return Callback.formPost(action, form.fields());
            }
            page = post(action, answers.fill(form));
        }
        throw new IllegalStateException("the pages do not lead back to the client");
    }

    /**
     * Opens the device page, enters the code, signs in and accepts or denies.
     *
     * @param verification the {@code verification_uri}
     * @param userCode the code that the device shows
     * @param answers what to type and what to press
     * @return the text of the last page
     */
    public String device(URI verification, String userCode, Answers answers) {
        Page page = get(verification);
        for (int step = 0; step < MAX_STEPS; step++) {
            Optional<HtmlForm> form = HtmlForm.in(page.body);
            if (form.isEmpty() || (step > 0 && form.get().has("user_code"))) {
                return HtmlForm.text(page.body);
            }
            page = post(
                    page.uri.resolve(form.get().action()),
                    answers.userCode(userCode).fill(form.get()));
        }
        throw new IllegalStateException("the device page does not end");
    }

    private Page get(URI uri) {
        return send(HttpRequest.newBuilder(uri).GET(), uri);
    }

    private Page post(URI uri, Map<String, String> fields) {
        return send(
                HttpRequest.newBuilder(uri)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Origin", uri.getScheme() + "://" + uri.getRawAuthority())
                        .POST(HttpRequest.BodyPublishers.ofString(Parameters.encode(fields))),
                uri);
    }

    private Page send(HttpRequest.Builder request, URI uri) {
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        try {
            HttpResponse<String> response = http.send(
                    request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            response.headers().allValues("Set-Cookie").forEach(this::keep);
            return new Page(uri, response);
        } catch (IOException e) {
            throw new IllegalStateException("no answer from " + uri.getHost(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + uri.getHost(), e);
        }
    }

    private void keep(String header) {
        String pair = header.split(";", 2)[0];
        int equals = pair.indexOf('=');
        String name = pair.substring(0, equals);
        if (header.contains("Max-Age=0")) {
            cookies.remove(name);
        } else {
            cookies.put(name, pair.substring(equals + 1));
        }
    }

    private static boolean sameOrigin(URI left, URI right) {
        return left.getScheme().equals(right.getScheme())
                && left.getRawAuthority().equals(right.getRawAuthority());
    }

    /** A page that came back. */
    private static final class Page {
        private final URI uri;
        private final String body;
        private final Optional<String> location;

        Page(URI uri, HttpResponse<String> response) {
            this.uri = uri;
            this.body = response.body();
            this.location = response.headers().firstValue("Location");
        }

        HtmlForm form() {
            Optional<HtmlForm> form = HtmlForm.in(body);
            if (form.isEmpty() || body.contains("role=\"alert\"")) {
                throw new IllegalStateException("the sign-in ended on a page: " + HtmlForm.text(body));
            }
            return form.get();
        }

        Optional<URI> location() {
            return location.map(uri::resolve);
        }
    }
}
