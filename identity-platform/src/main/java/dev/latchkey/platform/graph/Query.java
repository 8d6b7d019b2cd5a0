package dev.latchkey.platform.graph;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import dev.latchkey.platform.exchange.Parameters;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The OData query options of one request. Immutable. */
final class Query {
    private static final Set<String> KNOWN = Set.of("$select", "$top", "$filter", "$orderby", "$skiptoken", "$count");
    private static final int MAX_TOP = 999;

    private final Parameters parameters;

    Query(Parameters parameters) {
        this.parameters = parameters;
        for (String name : parameters.toMap().keySet()) {
            if (name.startsWith("$") && !KNOWN.contains(name)) {
                throw GraphException.badRequest("The query parameter '" + name + "' is not supported.");
            }
        }
    }

    /** A page of the users that the options leave, in their order, with an absolute link to the next. */
    JsonObject page(List<JsonObject> users, String collection, int defaultPage) {
        List<JsonObject> wanted = users.stream()
                .filter(Filter.parse(parameters.get("$filter")))
                .sorted(order())
                .collect(Collectors.toList());
        int start = Math.min(skipped(), wanted.size());
        int end = Math.min(start + top(defaultPage), wanted.size());
        JsonArray value = new JsonArray();
        wanted.subList(start, end).forEach(user -> value.add(select(user)));
        JsonObject page = new JsonObject();
        if (parameters.get("$count").equals("true") && start == 0) {
            page.addProperty("@odata.count", wanted.size());
        }
        if (end < wanted.size()) {
            page.addProperty("@odata.nextLink", nextLink(collection, end));
        }
        page.add("value", value);
        return page;
    }

    JsonObject select(JsonObject user) {
        List<String> names = parameters
                .first("$select")
                .map(text -> Arrays.asList(text.split(",", -1)))
                .orElse(UserCollection.DEFAULT_PROPERTIES);
        JsonObject selected = new JsonObject();
        for (String name : names) {
            JsonElement value = user.get(name.trim());
            if (value != null) {
                selected.add(name.trim(), value);
            }
        }
        return selected;
    }

    private Comparator<JsonObject> order() {
        return parameters.first("$orderby").stream()
                .flatMap(text -> Arrays.stream(text.split(",", -1)))
                .map(Query::order)
                .reduce(Comparator::thenComparing)
                .orElseGet(() -> Comparator.comparing(user -> ""));
    }

    private static Comparator<JsonObject> order(String term) {
        String[] words = term.trim().split("\\s+", -1);
        if (words.length > 2 || (words.length == 2 && !words[1].equals("asc") && !words[1].equals("desc"))) {
            throw GraphException.badRequest("Invalid $orderby.");
        }
        Comparator<JsonObject> order = Comparator.comparing(user -> Filter.text(user, words[0]));
        return words.length == 2 && words[1].equals("desc") ? order.reversed() : order;
    }

    private int top(int defaultPage) {
        String text = parameters.get("$top");
        int top = text.isEmpty() ? defaultPage : number(text);
        if (top < 1 || top > MAX_TOP) {
            throw GraphException.badRequest(
                    "Invalid page size specified: '" + text + "'. Must be between 1 and 999" + " inclusive.");
        }
        return top;
    }

    private int skipped() {
        String token = parameters.get("$skiptoken");
        if (token.isEmpty()) {
            return 0;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.US_ASCII);
            return Math.max(0, number(text.substring(5)));
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw GraphException.badRequest("Invalid $skiptoken.");
        }
    }

    private String nextLink(String collection, int end) {
        StringBuilder link = new StringBuilder(collection).append('?');
        parameters.toMap().forEach((name, value) -> {
            if (!name.equals("$skiptoken")) {
                link.append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20"))
                        .append('&');
            }
        });
        byte[] token = ("from " + end).getBytes(StandardCharsets.US_ASCII);
        return link.append("$skiptoken=")
                .append(Base64.getUrlEncoder().withoutPadding().encodeToString(token))
                .toString();
    }

    private static int number(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }
}
