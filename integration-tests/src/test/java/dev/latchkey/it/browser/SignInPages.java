package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;

/** A person with a browser that keeps cookies and fills in Keycloak's forms, without a screen; the real browser is for {@link SignInIT}. */
final class SignInPages {

    private static final Pattern ACTION = Pattern.compile("(?i)<form[^>]*\\baction=\"([^\"]*)\"");
    private static final Pattern HIDDEN =
            Pattern.compile("(?i)<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"");
    private static final int STEPS = 12;

    private final HttpClient browser;

    SignInPages(SSLContext trust) {
        this.browser = HttpClient.newBuilder()
                .sslContext(trust)
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .build();
    }

    /** Signs in, agrees to what is asked, and gives the callback to which the browser was sent, which is not opened. */
    URI signIn(URI page, String username, URI redirectUri) {
        HttpResponse<String> response = get(page);
        for (int step = 0; step < STEPS; step++) {
            String location = response.headers().firstValue("Location").orElse(null);
            if (location != null) {
                URI next = response.uri().resolve(location);
                if (location.startsWith(redirectUri.toString())) {
                    return next;
                }
                response = get(next);
            } else {
                response = fillIn(response, username);
            }
        }
        throw new AssertionError("no callback after " + STEPS + " pages: " + text(response));
    }

    /** Signs in where the answer is a form that the browser posts by itself, and gives the form's body, which is not posted. */
    String signInByForm(URI page, String username, URI redirectUri) {
        HttpResponse<String> response = get(page);
        for (int step = 0; step < STEPS; step++) {
            String location = response.headers().firstValue("Location").orElse(null);
            Matcher action = ACTION.matcher(response.body());
            if (location != null) {
                assertThat(location).doesNotStartWith(redirectUri.toString());
                response = get(response.uri().resolve(location));
            } else if (action.find() && unescaped(action.group(1)).equals(redirectUri.toString())) {
                return encoded(hidden(response.body()));
            } else {
                response = fillIn(response, username);
            }
        }
        throw new AssertionError("no form for the callback after " + STEPS + " pages: " + text(response));
    }

    /** Lets a device in. */
    void approveDevice(URI verificationUriComplete, String username) {
        HttpResponse<String> response = get(verificationUriComplete);
        for (int step = 0; step < STEPS && !response.body().contains("Device Login Successful"); step++) {
            String location = response.headers().firstValue("Location").orElse(null);
            response = location != null ? get(response.uri().resolve(location)) : fillIn(response, username);
        }
        if (!response.body().contains("Device Login Successful")) {
            throw new AssertionError("the device was not let in: " + text(response));
        }
    }

    /** What a page says that is no form and no redirect. */
    String read(URI page) {
        HttpResponse<String> response = get(page);
        String location = response.headers().firstValue("Location").orElse(null);
        return response.statusCode() + " " + (location == null ? text(response) : location);
    }

    private HttpResponse<String> fillIn(HttpResponse<String> page, String username) {
        String html = page.body();
        Matcher action = ACTION.matcher(html);
        if (page.statusCode() != 200 || !action.find()) {
            throw new AssertionError("a page without a form: " + page.statusCode() + " " + text(page));
        }
        Map<String, String> fields = hidden(html);
        if (html.contains("name=\"password\"")) {
            fields.put("username", username);
            fields.put("password", username + "-password");
        } else if (html.contains("name=\"accept\"")) {
            fields.put("accept", "Yes");
        } else if (html.contains("name=\"confirmLogout\"")) {
            fields.put("confirmLogout", "Logout");
        } else {
            throw new AssertionError("an unknown form: " + text(page));
        }
        URI target = page.uri().resolve(unescaped(action.group(1)));
        return send(HttpRequest.newBuilder(target)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(encoded(fields))));
    }

    private static Map<String, String> hidden(String html) {
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher hidden = HIDDEN.matcher(html);
        while (hidden.find()) {
            fields.put(hidden.group(1), hidden.group(2));
        }
        return fields;
    }

    private static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String unescaped(String attribute) {
        return attribute.replace("&amp;", "&");
    }

    private HttpResponse<String> get(URI page) {
        return send(HttpRequest.newBuilder(page));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return browser.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a page was loading", e);
        }
    }

    private static String text(HttpResponse<String> page) {
        return page.body()
                .replaceAll("(?s)<(script|style).*?</\\1>", " ")
                .replaceAll("<[^>]*>", " ")
                .replaceAll("\\s+", " ")
                .strip();
    }
}
