package dev.latchkey.it.browser;

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

/**
 * A person with a browser that keeps cookies and fills in the forms of Keycloak and of oidc-provider, without a screen; {@link
 * Browser} is the real one.
 */
public final class SignInPages {

    private static final Pattern ACTION = Pattern.compile("(?i)<form[^>]*\\baction=\"([^\"]*)\"");
    private static final Pattern HIDDEN =
            Pattern.compile("(?i)<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"");
    private static final Pattern TYPED_CODE = Pattern.compile("value=\"([^\"]*)\"[^>]*name=\"user_code\"");
    private static final int STEPS = 12;

    private final HttpClient browser;

    public SignInPages(SSLContext trust) {
        this.browser = HttpClient.newBuilder()
                .sslContext(trust)
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .build();
    }

    /** Signs in, agrees to what is asked, and gives the callback to which the browser was sent, which is not opened. */
    public URI signIn(URI page, String username, URI redirectUri) {
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
    public String signInByForm(URI page, String username, URI redirectUri) {
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

    /** Lets a device in, until the page says so. */
    public void approveDevice(URI verificationUriComplete, String username, String success) {
        HttpResponse<String> response = get(verificationUriComplete);
        for (int step = 0; step < STEPS && !response.body().contains(success); step++) {
            String location = response.headers().firstValue("Location").orElse(null);
            response = location != null ? get(response.uri().resolve(location)) : fillIn(response, username);
        }
        if (!response.body().contains(success)) {
            throw new AssertionError("the device was not let in: " + text(response));
        }
    }

    /** Signs out, where the server asks whether that is meant, and gives where the browser is sent then. */
    public URI signOut(URI page, URI redirectUri) {
        HttpResponse<String> response = get(page);
        for (int step = 0; step < STEPS; step++) {
            String location = response.headers().firstValue("Location").orElse(null);
            if (location != null && location.startsWith(redirectUri.toString())) {
                return URI.create(location);
            }
            response = location != null ? get(response.uri().resolve(location)) : fillIn(response, "nobody");
        }
        throw new AssertionError("not sent back after " + STEPS + " pages: " + text(response));
    }

    /** What a page says that is no form and no redirect. */
    public String read(URI page) {
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
            fields.put(html.contains("type=\"text\" name=\"login\"") ? "login" : "username", username);
            fields.put("password", username + "-password");
        } else if (html.contains("name=\"accept\"")) {
            fields.put("accept", "Yes");
        } else if (html.contains("name=\"confirmLogout\"")) {
            fields.put("confirmLogout", "Logout");
        } else if (html.contains("op.logoutForm")) {
            fields.put("logout", "yes");
        } else if (html.contains("op.deviceInputForm")) {
            Matcher code = TYPED_CODE.matcher(html);
            assertThat(code.find()).as("a code in the form").isTrue();
            fields.put("user_code", code.group(1));
        } else if (!html.contains("document.forms[0].submit()")
                && !"consent".equals(fields.get("prompt"))
                && !"yes".equals(fields.get("confirm"))) {
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
