package dev.latchkey.platform;

import static dev.latchkey.platform.Http.form;
import static dev.latchkey.platform.Http.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.Tenant;
import dev.latchkey.platform.directory.User;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GraphTest {
    private IdentityPlatform platform;
    private Http http;
    private String app;

    @BeforeEach
    void start() {
        platform = IdentityPlatform.builder()
                .clock(new MutableTime())
                .tenant(Tenant.of("9f8e7d6c-5b4a-4392-8170-6f5e4d3c2b1a", "contoso.example"))
                .tenant(Tenant.of("11111111-2222-4333-8444-555555555555", "fabrikam.example"))
                .user(User.of("ada@contoso.example", "pw", "Ada Lovelace").property("jobTitle", "Analyst"))
                .user(User.of("grace@contoso.example", "pw", "Grace O'Hopper"))
                .user(User.of("bob@fabrikam.example", "pw", "Bob Builder"))
                .people(5)
                .client(Client.publicClient("app"))
                .client(Client.confidential("daemon", "s3cret"))
                .client(Client.confidential("reader", "s3cret").appRoles("User.Read.All"))
                .client(Client.confidential("nobody", "s3cret").appRoles("Mail.Send"))
                .start();
        http = new Http(platform);
        app = appToken("daemon");
    }

    @AfterEach
    void stop() {
        platform.close();
    }

    private String appToken(String client) {
        return "Bearer "
                + json(http.post(
                                "/contoso.example/oauth2/v2.0/token",
                                form(
                                        "grant_type",
                                        "client_credentials",
                                        "client_id",
                                        client,
                                        "client_secret",
                                        "s3cret",
                                        "scope",
                                        "https://graph.microsoft.com/.default")))
                        .get("access_token")
                        .getAsString();
    }

    private String userToken(String scope) {
        return "Bearer "
                + json(http.post(
                                "/contoso.example/oauth2/v2.0/token",
                                form(
                                        "grant_type",
                                        "password",
                                        "client_id",
                                        "app",
                                        "username",
                                        "ada@contoso.example",
                                        "password",
                                        "pw",
                                        "scope",
                                        scope)))
                        .get("access_token")
                        .getAsString();
    }

    private HttpResponse<String> get(String target) {
        return http.get(target, "Authorization", app);
    }

    private static List<String> names(HttpResponse<String> page) {
        List<String> names = new ArrayList<>();
        json(page)
                .getAsJsonArray("value")
                .forEach(user ->
                        names.add(user.getAsJsonObject().get("displayName").getAsString()));
        return names;
    }

    private static String code(HttpResponse<String> response) {
        return json(response).getAsJsonObject("error").get("code").getAsString();
    }

    @Test
    void meHasGraphsDefaultProperties() {
        HttpResponse<String> response = http.get("/v1.0/me", "Authorization", userToken("User.Read"));

        JsonObject me = json(response);
        assertThat(me.keySet())
                .containsExactly(
                        "@odata.context",
                        "businessPhones",
                        "displayName",
                        "givenName",
                        "jobTitle",
                        "mail",
                        "mobilePhone",
                        "officeLocation",
                        "preferredLanguage",
                        "surname",
                        "userPrincipalName",
                        "id");
        assertThat(me.get("@odata.context").getAsString()).isEqualTo(platform.graphUri() + "/$metadata#users/$entity");
        assertThat(me.get("jobTitle").getAsString()).isEqualTo("Analyst");
        assertThat(me.get("mobilePhone").isJsonNull()).isTrue();
        assertThat(response.headers().firstValue("request-id")).isPresent();
        assertThat(response.headers().firstValue("OData-Version")).contains("4.0");
    }

    @Test
    void defaultScopeMayReadMe() {
        assertThat(http.get("/v1.0/me", "Authorization", userToken("https://graph.microsoft.com/.default"))
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void meNeedsAUserAndAPermission() {
        HttpResponse<String> forApp = get("/v1.0/me");
        assertThat(forApp.statusCode()).isEqualTo(400);
        assertThat(code(forApp)).isEqualTo("BadRequest");

        HttpResponse<String> openidOnly = http.get("/v1.0/me", "Authorization", userToken("openid profile"));
        assertThat(openidOnly.statusCode()).isEqualTo(403);
        assertThat(code(openidOnly)).isEqualTo("Authorization_RequestDenied");

        assertThat(http.get("/v1.0/users", "Authorization", userToken("User.Read"))
                        .statusCode())
                .isEqualTo(403);
        assertThat(http.get("/v1.0/users", "Authorization", appToken("nobody")).statusCode())
                .isEqualTo(403);
        assertThat(http.send("DELETE", "/v1.0/users/x", null, "Authorization", appToken("reader"))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void badTokensAreUnauthenticated() {
        HttpResponse<String> none = http.get("/v1.0/me", "client-request-id", "abc");
        assertThat(none.statusCode()).isEqualTo(401);
        assertThat(none.headers().firstValue("WWW-Authenticate"))
                .contains("Bearer realm=\"\", authorization_uri=\"" + platform.baseUri()
                        + "/common/oauth2/v2.0/authorize\", client_id=\"00000003-0000-0000-c000-000000000000\"");
        assertThat(code(none)).isEqualTo("InvalidAuthenticationToken");
        JsonObject inner = json(none).getAsJsonObject("error").getAsJsonObject("innerError");
        assertThat(inner.get("client-request-id").getAsString()).isEqualTo("abc");
        assertThat(inner.get("date").getAsString()).isEqualTo("2026-05-04T03:02:01");
        assertThat(none.headers().firstValue("client-request-id")).contains("abc");

        String signature = app.substring(app.lastIndexOf('.') + 1);
        String forged = app.substring(0, app.lastIndexOf('.') + 1)
                + (signature.startsWith("A") ? "B" : "A")
                + signature.substring(1);
        assertThat(http.get("/v1.0/users", "Authorization", forged).statusCode())
                .isEqualTo(401);
        assertThat(http.get("/v1.0/me", "Authorization", userToken("api://other/read"))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void pagesAreLinkedAbsolutelyAndKeepTheOptions() {
        HttpResponse<String> first = get("/v1.0/users?$top=3&$select=displayName&$filter="
                + form("x", "accountEnabled eq true").substring(2));
        JsonObject page = json(first);
        String link = page.get("@odata.nextLink").getAsString();
        assertThat(link)
                .startsWith(platform.graphUri()
                        + "/users?$top=3&$select=displayName&$filter=accountEnabled%20eq%20true&$skiptoken=");
        assertThat(page.getAsJsonArray("value").get(0).toString()).isEqualTo("{\"displayName\":\"Ada Lovelace\"}");

        List<String> all = new ArrayList<>(names(first));
        while (json(first).has("@odata.nextLink")) {
            String next = json(first).get("@odata.nextLink").getAsString();
            first = get(next.substring(platform.baseUri().toString().length()));
            all.addAll(names(first));
        }
        assertThat(all)
                .containsExactly(
                        "Ada Lovelace",
                        "Grace O'Hopper",
                        "Person 001",
                        "Person 002",
                        "Person 003",
                        "Person 004",
                        "Person 005");
    }

    @Test
    void filtersAndOrders() {
        assertThat(names(get("/v1.0/users?$filter=startswith(displayName,'person')%20and%20surname%20eq%20'003'")))
                .containsExactly("Person 003");
        assertThat(names(get("/v1.0/users?$filter=displayName%20eq%20'Grace%20O''Hopper'")))
                .containsExactly("Grace O'Hopper");
        assertThat(names(get("/v1.0/users?$orderby=displayName%20desc&$top=2")))
                .containsExactly("Person 005", "Person 004");
        assertThat(json(get("/v1.0/users?$count=true&$top=1"))
                        .get("@odata.count")
                        .getAsInt())
                .isEqualTo(7);
    }

    @Test
    void refusesOptionsThatItDoesNotKnow() {
        assertThat(code(get("/v1.0/users?$filter=displayName%20gt%20'a'"))).isEqualTo("Request_UnsupportedQuery");
        assertThat(code(get("/v1.0/users?$search=x"))).isEqualTo("BadRequest");
        assertThat(code(get("/v1.0/users?$top=1000"))).isEqualTo("BadRequest");
        assertThat(code(get("/v1.0/users?$skiptoken=x"))).isEqualTo("BadRequest");
        assertThat(code(get("/v1.0/planets"))).isEqualTo("BadRequest");
    }

    @Test
    void createsChangesAndDeletesUsers() {
        HttpResponse<String> created = http.send(
                "POST",
                "/v1.0/users",
                "{\"displayName\":\"New\",\"userPrincipalName\":\"new@contoso.example\","
                        + "\"passwordProfile\":{\"password\":\"x\"}}",
                "Authorization",
                app,
                "Content-Type",
                "application/json");
        assertThat(created.statusCode()).isEqualTo(201);
        String id = json(created).get("id").getAsString();
        assertThat(created.headers().firstValue("Location")).contains(platform.graphUri() + "/users/" + id);

        HttpResponse<String> patched =
                http.send("PATCH", "/v1.0/users/" + id, "{\"jobTitle\":\"Boss\"}", "Authorization", app);
        assertThat(patched.statusCode()).isEqualTo(204);
        assertThat(patched.body()).isEmpty();
        assertThat(json(get("/v1.0/users/new%40contoso.example?$select=jobTitle,displayName"))
                        .get("jobTitle")
                        .getAsString())
                .isEqualTo("Boss");

        assertThat(http.send("DELETE", "/v1.0/users/" + id, null, "Authorization", app)
                        .statusCode())
                .isEqualTo(204);
        HttpResponse<String> gone = get("/v1.0/users/" + id);
        assertThat(gone.statusCode()).isEqualTo(404);
        assertThat(code(gone)).isEqualTo("Request_ResourceNotFound");
    }

    @Test
    void refusesBrokenBodiesAndDuplicates() {
        assertThat(code(http.send("POST", "/v1.0/users", "{", "Authorization", app)))
                .isEqualTo("BadRequest");
        assertThat(code(http.send("POST", "/v1.0/users", "{}", "Authorization", app)))
                .isEqualTo("Request_BadRequest");
        assertThat(code(http.send(
                        "POST",
                        "/v1.0/users",
                        "{\"displayName\":\"x\",\"userPrincipalName\":\"ADA@contoso.example\"}",
                        "Authorization",
                        app)))
                .isEqualTo("Request_BadRequest");
        assertThat(http.send("PUT", "/v1.0/users", "{}", "Authorization", app).statusCode())
                .isEqualTo(405);
    }

    @Test
    void usersOfOtherTenantsAreNotShown() {
        JsonArray all = json(get("/v1.0/users")).getAsJsonArray("value");

        assertThat(all).hasSize(7);
        assertThat(all.toString()).doesNotContain("fabrikam");
    }
}
