package dev.latchkey.platform.graph;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.nimbusds.jwt.JWTClaimsSet;
import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.platform.exchange.Response;
import dev.latchkey.platform.token.AccessTokens;
import dev.latchkey.platform.token.BearerGuard;
import dev.latchkey.platform.token.ProtocolException;
import dev.latchkey.platform.token.Realm;
import dev.latchkey.platform.token.ScopeSet;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Microsoft Graph in small: {@code /v1.0/me} and {@code /v1.0/users}, for the tenant that the token names. */
public final class GraphEndpoint {
    private static final String ROOT = "/v1.0/";
    private static final String GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000";
    private static final Set<String> READ_ME =
            Set.of("User.Read", "User.ReadWrite", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All");
    private static final Set<String> READ_ALL =
            Set.of("User.ReadBasic.All", "User.Read.All", "User.ReadWrite.All", "Directory.Read.All");
    private static final Set<String> WRITE_ME = Set.of("User.ReadWrite", "User.ReadWrite.All");
    private static final Set<String> WRITE_ALL = Set.of("User.ReadWrite.All", "Directory.ReadWrite.All");
    // Graph's dates have no offset
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    private final Realm realm;
    private final BearerGuard guard;
    private final int pageSize;
    private final Map<String, UserCollection> tenants = new ConcurrentHashMap<>();

    /**
     * The Graph of a realm.
     *
     * @param realm who is registered
     * @param tokens recognises tokens
     * @param pageSize how many users a page has when the request does not say
     */
    public GraphEndpoint(Realm realm, AccessTokens tokens, int pageSize) {
        this.realm = realm;
        this.guard = new BearerGuard(
                tokens, List.of(ScopeSet.GRAPH, ScopeSet.GRAPH + "/", GRAPH_APP_ID, realm.base(), realm.base() + "/"));
        this.pageSize = pageSize;
        realm.tenants().forEach(tenant -> tenants.put(tenant.id(), new UserCollection()));
        realm.users().forEach(user -> users(realm.tenantOf(user).id()).add(user));
    }

    /**
     * Answers a request under {@code /v1.0/}.
     *
     * @param request the request
     * @return the response
     */
    public Response answer(ReceivedRequest request) {
        Response response;
        try {
            response = route(request, guard.check(request));
        } catch (ProtocolException e) {
            response = unauthenticated(request, e);
        } catch (GraphException e) {
            response = error(request, e);
        }
        return response.header("request-id", realm.guid())
                .header("client-request-id", request.header("client-request-id").orElseGet(realm::guid))
                .header("OData-Version", "4.0");
    }

    private Response route(ReceivedRequest request, JWTClaimsSet claims) {
        String[] path = request.path().substring(ROOT.length()).split("/", -1);
        UserCollection users = users(AccessTokens.text(claims, "tid"));
        String segment = path[0];
        if (segment.equals("me") && path.length == 1) {
            if (AccessTokens.text(claims, "idtyp").equals("app")) {
                throw GraphException.badRequest("/me request is only valid with delegated authentication flow.");
            }
            boolean reading = request.method().equals("GET");
            permit(claims, reading ? READ_ME : WRITE_ME);
            return one(request, users, AccessTokens.text(claims, "oid"), "GET PATCH");
        }
        if (segment.equals("users") && path.length <= 2) {
            boolean reading = request.method().equals("GET");
            permit(claims, reading ? READ_ALL : WRITE_ALL);
            return path.length == 1 ? many(request, users) : one(request, users, decoded(path[1]), "GET PATCH DELETE");
        }
        throw GraphException.badRequest("Resource not found for the segment '" + segment + "'.");
    }

    private Response many(ReceivedRequest request, UserCollection users) {
        if (request.method().equals("POST")) {
            return create(request, users);
        }
        if (!request.method().equals("GET")) {
            throw notAllowed();
        }
        JsonObject page = new JsonObject();
        page.addProperty("@odata.context", realm.base() + "/v1.0/$metadata#users");
        new Query(request.query())
                .page(users.all(), realm.base() + request.path(), pageSize)
                .entrySet()
                .forEach(member -> page.add(member.getKey(), member.getValue()));
        return json(200, page);
    }

    private Response one(ReceivedRequest request, UserCollection users, String id, String methods) {
        if (!List.of(methods.split(" ", -1)).contains(request.method())) {
            throw notAllowed();
        }
        JsonObject user = users.find(id).orElseThrow(() -> GraphException.noUser(id));
        switch (request.method()) {
            case "PATCH":
                body(request).entrySet().forEach(member -> {
                    if (!member.getKey().equals("id")) {
                        user.add(member.getKey(), member.getValue());
                    }
                });
                users.put(user);
                return Response.of(204);
            case "DELETE":
                users.remove(user.get("id").getAsString());
                return Response.of(204);
            default:
                return json(200, entity(new Query(request.query()).select(user)));
        }
    }

    private Response create(ReceivedRequest request, UserCollection users) {
        JsonObject body = body(request);
        for (String name : List.of("displayName", "userPrincipalName")) {
            if (!body.has(name) || !body.get(name).isJsonPrimitive()) {
                throw new GraphException(
                        400,
                        "Request_BadRequest",
                        "A value is required for property '" + name + "' of resource 'User'.");
            }
        }
        if (users.find(body.get("userPrincipalName").getAsString()).isPresent()) {
            throw new GraphException(
                    400,
                    "Request_BadRequest",
                    "Another object with the same value for property userPrincipalName already exists.");
        }
        body.remove("passwordProfile");
        body.addProperty("id", realm.guid());
        users.put(body);
        String id = body.get("id").getAsString();
        JsonObject created = users.find(id).orElseThrow(() -> GraphException.noUser(id));
        Query plain = new Query(dev.latchkey.platform.exchange.Parameters.none());
        return json(201, entity(plain.select(created))).header("Location", realm.base() + "/v1.0/users/" + id);
    }

    private JsonObject entity(JsonObject user) {
        JsonObject entity = new JsonObject();
        entity.addProperty("@odata.context", realm.base() + "/v1.0/$metadata#users/$entity");
        user.entrySet().forEach(member -> entity.add(member.getKey(), member.getValue()));
        return entity;
    }

    private static void permit(JWTClaimsSet claims, Set<String> anyOf) {
        Object roles = claims.getClaim("roles");
        boolean permitted = roles instanceof List
                ? ((List<?>) roles).stream().anyMatch(anyOf::contains)
                : ScopeSet.parse(AccessTokens.text(claims, "permissions")).values().stream()
                        .anyMatch(anyOf::contains);
        if (!permitted) {
            throw new GraphException(
                    403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
        }
    }

    private static JsonObject body(ReceivedRequest request) {
        try {
            return JsonParser.parseString(request.text()).getAsJsonObject();
        } catch (JsonParseException | IllegalStateException e) {
            throw GraphException.badRequest("Unable to read JSON request payload. Please ensure Content-Type header is"
                    + " set and payload is of valid JSON format.");
        }
    }

    private static GraphException notAllowed() {
        return new GraphException(405, "Request_BadRequest", "Specified HTTP method is not allowed for this resource.");
    }

    private UserCollection users(String tenantId) {
        return tenants.computeIfAbsent(tenantId, id -> new UserCollection());
    }

    private Response unauthenticated(ReceivedRequest request, ProtocolException failure) {
        GraphException error = new GraphException(401, "InvalidAuthenticationToken", failure.description());
        String challenge = "Bearer realm=\"\", authorization_uri=\"" + realm.base()
                + "/common/oauth2/v2.0/authorize\", client_id=\"" + GRAPH_APP_ID + "\"";
        return error(request, error)
                .header(
                        "WWW-Authenticate",
                        failure.number() == 0 ? challenge : challenge + ", error=\"invalid_token\"");
    }

    private Response error(ReceivedRequest request, GraphException failure) {
        JsonObject inner = new JsonObject();
        inner.addProperty("date", DATE.format(realm.now()));
        inner.addProperty("request-id", realm.guid());
        inner.addProperty(
                "client-request-id", request.header("client-request-id").orElseGet(realm::guid));
        JsonObject error = new JsonObject();
        error.addProperty("code", failure.code());
        error.addProperty("message", failure.text());
        error.add("innerError", inner);
        JsonObject body = new JsonObject();
        body.add("error", error);
        return json(failure.status(), body);
    }

    private static String decoded(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Response json(int status, JsonObject body) {
        return Response.of(status)
                .header("Content-Type", "application/json;odata.metadata=minimal;charset=utf-8")
                .header("Cache-Control", "no-cache")
                .body(body.toString());
    }
}
