package dev.latchkey.platform;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.platform.authorize.AuthorizeEndpoint;
import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.platform.exchange.Response;
import dev.latchkey.platform.graph.GraphEndpoint;
import dev.latchkey.platform.http.Handler;
import dev.latchkey.platform.token.Authority;
import dev.latchkey.platform.token.ErrorBodies;
import dev.latchkey.platform.token.Metadata;
import dev.latchkey.platform.token.ProtocolException;
import dev.latchkey.platform.token.Realm;
import dev.latchkey.platform.token.SigningKey;
import dev.latchkey.platform.token.TokenEndpoint;
import dev.latchkey.platform.token.UserinfoEndpoint;
import java.util.Optional;

/** Which endpoint answers which path. */
final class Routes implements Handler {
    private static final String OIDC = "/.well-known/openid-configuration";
    private static final String OAUTH = "/.well-known/oauth-authorization-server";

    private final Realm realm;
    private final SigningKey key;
    private final Metadata metadata;
    private final TokenEndpoint token;
    private final AuthorizeEndpoint authorize;
    private final UserinfoEndpoint userinfo;
    private final GraphEndpoint graph;

    Routes(
            Realm realm,
            SigningKey key,
            TokenEndpoint token,
            AuthorizeEndpoint authorize,
            UserinfoEndpoint userinfo,
            GraphEndpoint graph) {
        this.realm = realm;
        this.key = key;
        this.metadata = new Metadata(realm.base());
        this.token = token;
        this.authorize = authorize;
        this.userinfo = userinfo;
        this.graph = graph;
    }

    @Override
    public Response handle(ReceivedRequest request) {
        String path = request.path();
        if (path.startsWith("/v1.0/")) {
            return graph.answer(request);
        }
        switch (path) {
            case OIDC:
            case OAUTH:
                return get(request, metadata.of(Authority.GENERIC));
            case "/jwks":
                return get(request, key.jwks());
            case "/authorize":
                return authorize.authorize(request, Authority.GENERIC);
            case "/token":
                return token.token(request, Authority.GENERIC);
            case "/device_authorization":
                return token.deviceAuthorization(request, Authority.GENERIC);
            case "/revoke":
                return token.revoke(request);
            case "/userinfo":
            case "/oidc/userinfo":
                return userinfo.answer(request);
            case "/logout":
                return authorize.logout(request);
            case "/device":
                return authorize.device(request);
            case "/signin":
            case "/account":
            case "/consent":
                return page(request);
            default:
                return microsoft(request);
        }
    }

    private Response page(ReceivedRequest request) {
        if (!request.method().equals("POST")) {
            return Response.of(405).header("Allow", "POST");
        }
        switch (request.path()) {
            case "/signin":
                return authorize.signIn(request);
            case "/account":
                return authorize.account(request);
            default:
                return authorize.consent(request);
        }
    }

    private Response microsoft(ReceivedRequest request) {
        // RFC 8414 §3.1 puts the well-known part before the issuer's path
        String path = request.path().startsWith(OAUTH + "/")
                ? request.path().substring(OAUTH.length()) + OAUTH
                : request.path();
        int slash = path.indexOf('/', 1);
        if (slash < 0) {
            return Response.of(404);
        }
        String rest = path.substring(slash);
        if (rest.equals("/discovery/instance")) {
            return get(request, instances());
        }
        if (!rest.startsWith("/oauth2/v2.0/") && !rest.startsWith("/discovery/v2.0/") && !rest.startsWith("/v2.0/")) {
            return Response.of(404);
        }
        Optional<Authority> authority = realm.authority(path.substring(1, slash));
        return withIds(
                request,
                authority.isPresent()
                        ? microsoft(request, authority.get(), rest)
                        : unknownTenant(request, path.substring(1, slash)));
    }

    private Response microsoft(ReceivedRequest request, Authority authority, String rest) {
        switch (rest) {
            case "/oauth2/v2.0/authorize":
                return authorize.authorize(request, authority);
            case "/oauth2/v2.0/token":
                return token.token(request, authority);
            case "/oauth2/v2.0/devicecode":
                return token.deviceAuthorization(request, authority);
            case "/oauth2/v2.0/logout":
                return authorize.logout(request);
            case "/discovery/v2.0/keys":
                return get(request, key.jwks());
            case "/v2.0" + OIDC:
            case "/v2.0" + OAUTH:
                return get(request, metadata.of(authority));
            default:
                return Response.of(404);
        }
    }

    private Response unknownTenant(ReceivedRequest request, String name) {
        ProtocolException failure = new ProtocolException(
                "invalid_tenant",
                90002,
                "Tenant '" + name + "' not found. Check to make sure you have the correct tenant ID and are signing"
                        + " into the correct cloud.");
        return new ErrorBodies(realm).write(failure, Authority.shared("common"), request);
    }

    private Response withIds(ReceivedRequest request, Response response) {
        Response named = response.header("x-ms-request-id", realm.guid());
        boolean echo = request.header("return-client-request-id")
                .map(value -> value.equalsIgnoreCase("true"))
                .orElse(false);
        Optional<String> id = request.header("client-request-id").filter(value -> echo);
        return id.isPresent() ? named.header("client-request-id", id.get()) : named;
    }

    private static Response get(ReceivedRequest request, String json) {
        return request.method().equals("GET") || request.method().equals("HEAD")
                ? Response.json(200, json).replaceHeader("Cache-Control", "max-age=86400, private")
                : Response.of(405).header("Allow", "GET, HEAD");
    }

    private String instances() {
        String host = realm.base().substring(realm.base().indexOf("://") + 3);
        JsonArray aliases = new JsonArray();
        aliases.add(host);
        JsonObject environment = new JsonObject();
        environment.addProperty("preferred_network", host);
        environment.addProperty("preferred_cache", host);
        environment.add("aliases", aliases);
        JsonArray environments = new JsonArray();
        environments.add(environment);
        JsonObject body = new JsonObject();
        body.addProperty("tenant_discovery_endpoint", realm.base() + "/common/v2.0" + OIDC);
        body.addProperty("api-version", "1.1");
        body.add("metadata", environments);
        return body.toString();
    }
}
