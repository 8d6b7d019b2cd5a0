package dev.latchkey.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphRequestTest {

    private static final String V1 = "https://graph.microsoft.com/v1.0";

    private final ScriptedGraph script = new ScriptedGraph();
    private final GraphClient graph = script.graph;

    @Test
    void readsTheSignedInUser() {
        script.answers(200, "{\"@odata.context\":\"c\",\"id\":\"1\",\"displayName\":\"Ada\",\"mail\":null}");

        User me = graph.me();

        assertThat(me.displayName()).contains("Ada");
        RecordedRequest request = script.transport.onlyRequest();
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.uri()).hasToString(V1 + "/me");
        assertThat(request.headers().asMap().keySet())
                .containsExactlyInAnyOrder(
                        "accept",
                        "accept-encoding",
                        "user-agent",
                        "client-request-id",
                        "return-client-request-id",
                        "authorization");
        assertThat(request.header("authorization")).contains("Bearer " + ScriptedGraph.TOKEN);
        assertThat(request.header("client-request-id")).contains(ScriptedGraph.id(1));
        assertThat(request.header("return-client-request-id")).contains("true");
        assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(30));
        script.transport.verify();
    }

    @Test
    void encodesAnExchangeIdAsOneSegment() {
        script.answers(200, "{}");
        graph.get("/me/messages/{id}", "AAMk/Ab+c==").json();
        assertThat(script.sentUri()).isEqualTo(V1 + "/me/messages/AAMk%2FAb%2Bc%3D%3D");
    }

    @Test
    void encodesEverythingThatIsNotUnreserved() {
        script.answers(200, "{}");
        graph.get("/users/{upn}/x/{y}", "o'neil#EXT#@a.com", "é 😀%2F?&").json();
        assertThat(script.sentUri())
                .isEqualTo(V1 + "/users/o%27neil%23EXT%23%40a.com/x/%C3%A9%20%F0%9F%98%80%252F%3F%26");
    }

    @Test
    void doublesQuotesOfAValueWithinQuotesOfThePath() {
        script.answers(200, "{}");
        graph.get("/groups(uniqueName='{name}')", "it's').x('").json();
        assertThat(script.sentUri()).isEqualTo(V1 + "/groups(uniqueName='it%27%27s%27%27%29.x%28%27%27')");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", ".."})
    void refusesAValueThatWouldNameAnotherResource(String value) {
        assertThatThrownBy(() -> graph.delete("/users/{id}", value)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/users/../groups", "/users/%2e%2E/x", "/users/./x", "/users#x"})
    void refusesAPathThatServersReadOtherwise(String path) {
        assertThatThrownBy(() -> graph.get(path)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesPlacesAndValuesThatDoNotMatch() {
        assertThatThrownBy(() -> graph.get("/users/{id}")).hasMessageContaining("1 places");
        assertThatThrownBy(() -> graph.get("/users", "x")).hasMessageContaining("0 places");
        assertThatThrownBy(() -> graph.get("/users/{id", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> graph.get("/users/{id}", "\ud800")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void writesQueryOptionsReadablyAndEncodesWhatHasAMeaning() {
        script.answers(200, "{}");
        graph.get("/users")
                .select("id", "displayName")
                .filter("startswith(displayName,'A')")
                .orderBy("displayName desc")
                .expand("manager")
                .top(50)
                .query("x", "a+b&c=d#e;é")
                .json();
        assertThat(script.sentUri())
                .isEqualTo(V1 + "/users?$select=id,displayName&$filter=startswith(displayName,'A')"
                        + "&$orderby=displayName%20desc&$expand=manager&$top=50&x=a%2Bb%26c%3Dd%23e%3B%C3%A9");
    }

    @Test
    void writesFilterValuesAsLiterals() {
        script.answers(200, "{}");
        graph.get("/users")
                .filter("startswith(displayName,{prefix}) and mail eq '{mail}'", "O'Neil", "' or 1 eq 1 or '")
                .json();
        assertThat(script.transport.onlyRequest().query())
                .containsEntry("$filter", "startswith(displayName,'O''Neil') and mail eq ''' or 1 eq 1 or '''");
        assertThat(OData.literal("O'Neil")).isEqualTo("'O''Neil'");
        assertThatThrownBy(() -> graph.get("/users").filter("a eq {a}", "1", "2"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void replacesAnOptionThatIsSetAgain() {
        script.answers(200, "{}");
        graph.get("/users").filter("a eq 1").filter("b eq 2").json();
        assertThat(script.sentUri()).isEqualTo(V1 + "/users?$filter=b%20eq%202");
    }

    @Test
    void takesOverAQueryOfThePath() {
        script.answers(200, "{}");
        graph.get("/users?$filter=displayName eq 'A%26B'&$top=5&$count").top(7).json();
        assertThat(script.sentUri()).isEqualTo(V1 + "/users?$filter=displayName%20eq%20'A%26B'&$top=7&$count=");
    }

    @Test
    void asksAnAdvancedQueryWithHeaderAndCount() {
        script.answers(200, "{}");
        graph.get("/users").eventual().json();
        assertThat(script.sentUri()).isEqualTo(V1 + "/users?$count=true");
        assertThat(script.transport.onlyRequest().header("consistencylevel")).contains("eventual");
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_token", "Access_Token", "access%5Ftoken"})
    void t7PutsNoAccessTokenInAQuery(String name) {
        assertThatThrownBy(() -> graph.get("/me").query(name, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> graph.get("/me?" + name + "=x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> graph.link(V1 + "/me?a=b&" + name + "=x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authorization", "client-request-id", "Accept-Encoding", "Host", "a b"})
    void refusesHeadersThatTheClientSets(String name) {
        assertThatThrownBy(() -> graph.get("/me").header(name, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sendsHeadersAndTimeoutOfTheRequest() {
        script.answers(200, "{}");
        graph.get("/me")
                .header("Prefer", "IdType=\"ImmutableId\"")
                .timeout(Duration.ofSeconds(7))
                .json();
        assertThat(script.transport.onlyRequest().header("prefer")).contains("IdType=\"ImmutableId\"");
        assertThat(script.transport.onlyRequest().timeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void postsJson() {
        script.answers(201, "{\"id\":\"7\"}");
        User created = graph.post("/users", Map.of("displayName", "A <b> 'c'")).as(User.class);
        assertThat(created.id()).contains("7");
        RecordedRequest request = script.transport.onlyRequest();
        assertThat(request.method()).isEqualTo("POST");
        assertThat(request.header("content-type")).contains("application/json");
        assertThat(JsonParser.parseString(request.body()))
                .isEqualTo(JsonParser.parseString("{\"displayName\":\"A <b> 'c'\"}"));
    }

    @Test
    void writesJsonNullAsNullInAPatch() {
        script.answers(Answer.of(204));
        JsonObject change = new JsonObject();
        change.add("city", JsonNull.INSTANCE);
        change.addProperty("jobTitle", "x");
        graph.patch("/users/{id}", change, "1").send();
        assertThat(script.transport.onlyRequest().method()).isEqualTo("PATCH");
        assertThat(script.transport.onlyRequest().body()).isEqualTo("{\"city\":null,\"jobTitle\":\"x\"}");
        script.transport.verify();
    }

    @Test
    void leavesNullFieldsOfAnObjectOutUnlessGsonSerializesThem() {
        Map<String, Object> change = new HashMap<>();
        change.put("city", null);
        script.answers(Answer.of(204)).answers(Answer.of(204));
        graph.patch("/me", change).send();
        script.builder()
                .gson(new GsonBuilder().serializeNulls().create())
                .build()
                .patch("/me", change)
                .send();
        assertThat(script.transport.requests())
                .extracting(RecordedRequest::body)
                .containsExactly("{}", "{\"city\":null}");
    }

    @Test
    void refusesATextOrALocalClassAsABody() {
        assertThatThrownBy(() -> graph.post("/users", "{\"a\":1}")).hasMessageContaining("parseString");
        Object anonymous = new Object() {};
        assertThatThrownBy(() -> graph.post("/users", anonymous)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysWhatToDoAboutAClassThatGsonMayNotTouchBeforeAnythingIsSent() {
        assertThatThrownBy(() -> graph.get("/me").as(Thread.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("open it to com.google.gson");
        assertThatThrownBy(() -> graph.post("/me", new Thread()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("open it to com.google.gson");
        assertThat(script.transport.requests()).isEmpty();
    }

    @Test
    void deletesAndSendsNothingBeforeItIsTold() {
        script.answers(Answer.of(204));
        GraphRequest delete = graph.delete("/users/{id}", "1");
        assertThat(script.transport.requests()).isEmpty();
        delete.send();
        assertThat(script.transport.onlyRequest().method()).isEqualTo("DELETE");
        assertThat(script.transport.onlyRequest().body()).isEmpty();
        script.transport.verify();
    }

    @Test
    void givesTheWholeAnswer() {
        byte[] image = {(byte) 0x89, 0x50, (byte) 0xff};
        script.answers(Answer.of(200)
                .header("Content-Type", "image/jpeg")
                .header("ETag", "e")
                .body(image));
        GraphResponse response = graph.get("/me/photo/$value").response();
        assertThat(response.bytes()).isEqualTo(image);
        assertThat(response.headers().first("etag")).contains("e");
        assertThat(response.clientRequestId()).isEqualTo(ScriptedGraph.id(1));
        assertThatThrownBy(response::json).isInstanceOf(GraphException.class).hasMessageContaining("image/jpeg");
        script.transport.verify();
    }

    @Test
    void usesANewRequestIdEachTime() {
        script.answers(200, "{}").answers(200, "{}");
        GraphRequest request = graph.get("/me");
        request.json();
        request.json();
        assertThat(script.transport.requests())
                .extracting(sent -> sent.header("client-request-id").orElseThrow())
                .containsExactly(ScriptedGraph.id(1), ScriptedGraph.id(2));
    }

    @Test
    void printsNeitherQueryNorBodyNorToken() {
        GraphRequest request = graph.post("/users", Map.of("password", "hidden"))
                .query("q", "hidden")
                .header("X", "hidden");
        assertThat(request.toString()).isEqualTo("POST https://graph.microsoft.com/v1.0/users");
        assertThat(graph.toString()).isEqualTo("GraphClient[https://graph.microsoft.com/v1.0]");
    }
}
