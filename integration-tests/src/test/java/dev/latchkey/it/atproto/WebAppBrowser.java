package dev.latchkey.it.atproto;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser's part at the example application, played: it keeps cookies, posts the page's forms, and follows nothing by itself. */
final class WebAppBrowser {

    private static final Pattern TOKEN = Pattern.compile("name=\"token\" value=\"([^\"]*)\"");

    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private final List<String> setCookies = new ArrayList<>();
    private URI app;

    WebAppBrowser(int port) {
        at(port);
    }

    /** The application is at another port now. */
    void at(int port) {
        app = URI.create("http://127.0.0.1:" + port);
    }

    HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(app.resolve(path)));
    }

    /** Opens the start, and gives what stands there. */
    String start() {
        return get("/").body();
    }

    /** Posts a form with the token of the page that was opened last. */
    HttpResponse<String> post(String path, String... namesAndValues) {
        String[] all = new String[namesAndValues.length + 2];
        all[0] = "token";
        all[1] = token();
        System.arraycopy(namesAndValues, 0, all, 2, namesAndValues.length);
        return postAsItIs(path, all);
    }

    HttpResponse<String> postAsItIs(String path, String... namesAndValues) {
        StringBuilder form = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            form.append(form.length() == 0 ? "" : "&")
                    .append(namesAndValues[i])
                    .append('=')
                    .append(URLEncoder.encode(namesAndValues[i + 1], StandardCharsets.UTF_8));
        }
        return send(HttpRequest.newBuilder(app.resolve(path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form.toString())));
    }

    String token() {
        Matcher token = TOKEN.matcher(start());
        if (!token.find()) {
            throw new AssertionError("no form at the start");
        }
        return token.group(1);
    }

    /** Somebody deletes a cookie. */
    void forget(String cookie) {
        cookies.remove(cookie);
    }

    /** Whatever cookies were set, as they came. */
    List<String> setCookies() {
        return setCookies;
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
            for (String cookie : response.headers().allValues("Set-Cookie")) {
                setCookies.add(cookie);
                String pair = cookie.substring(0, cookie.indexOf(';'));
                String name = pair.substring(0, pair.indexOf('='));
                if (cookie.contains("; Max-Age=0;")) {
                    cookies.remove(name);
                } else {
                    cookies.put(name, pair.substring(name.length() + 1));
                }
            }
            return response;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
