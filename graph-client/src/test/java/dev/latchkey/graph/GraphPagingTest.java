package dev.latchkey.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.JsonObject;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.testkit.RecordedRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphPagingTest {

    private static final String USERS = "https://graph.microsoft.com/v1.0/users";

    private final ScriptedGraph script = new ScriptedGraph();
    private final GraphClient graph = script.graph;

    private static String page(String next, String... ids) {
        StringBuilder items = new StringBuilder();
        for (String id : ids) {
            items.append(items.length() == 0 ? "" : ",")
                    .append("{\"id\":\"")
                    .append(id)
                    .append("\"}");
        }
        String link = next.isEmpty() ? "" : "\"@odata.nextLink\":\"" + next + "\",";
        return "{\"@odata.context\":\"c\"," + link + "\"value\":[" + items + "]}";
    }

    private static List<String> ids(Iterable<User> users) {
        List<String> ids = new ArrayList<>();
        users.forEach(user -> ids.add(user.id().orElseThrow()));
        return ids;
    }

    @Test
    void readsItemsOverAllPages() {
        script.answers(200, page(USERS + "?$skiptoken=a", "1", "2"))
                .answers(200, page(USERS + "?$skiptoken=b"))
                .answers(200, page("", "3"));

        assertThat(ids(graph.get("/users").top(2).items(User.class))).containsExactly("1", "2", "3");

        assertThat(script.transport.requests())
                .extracting(request -> request.uri().toString())
                .containsExactly(USERS + "?$top=2", USERS + "?$skiptoken=a", USERS + "?$skiptoken=b");
        script.transport.verify();
    }

    @Test
    void resendsHeadersWithANewRequestIdOnEveryPage() {
        script.answers(200, page(USERS + "?s=a", "1")).answers(200, page("", "2"));
        ids(graph.get("/users").eventual().items(User.class));
        assertThat(script.transport.requests())
                .extracting(request -> request.header("consistencylevel").orElseThrow())
                .containsExactly("eventual", "eventual");
        assertThat(script.transport.requests())
                .extracting(request -> request.header("client-request-id").orElseThrow())
                .containsExactly(ScriptedGraph.id(1), ScriptedGraph.id(2));
    }

    @Test
    void getsTheFurtherPagesOfAPost() {
        script.answers(200, page(USERS + "?s=a", "1")).answers(200, page("", "2"));
        ids(graph.post("/users/find", new JsonObject()).items(User.class));
        RecordedRequest second = script.transport.lastRequest();
        assertThat(second.method()).isEqualTo("GET");
        assertThat(second.body()).isEmpty();
        assertThat(second.header("content-type")).isEmpty();
    }

    @Test
    void fetchesAPageOnlyWhenItIsNeeded() {
        GraphItems<User> items = graph.get("/users").items(User.class);
        assertThat(script.transport.requests()).isEmpty();
        script.answers(200, page(USERS + "?s=a", "1", "2"));
        assertThat(items.stream().limit(2).map(user -> user.id().orElseThrow()).collect(Collectors.toList()))
                .containsExactly("1", "2");
        script.transport.verify();
    }

    @Test
    void beginsAnewWithEachIterator() {
        script.answers(200, page("", "1")).answers(200, page("", "2"));
        GraphItems<User> items = graph.get("/users").items(User.class);
        assertThat(ids(items)).containsExactly("1");
        assertThat(ids(items)).containsExactly("2");
    }

    @Test
    void endsLikeAnIterator() {
        script.answers(200, page(""));
        Iterator<User> users = graph.get("/users").items(User.class).iterator();
        assertThat(users.hasNext()).isFalse();
        assertThatThrownBy(users::next).isInstanceOf(NoSuchElementException.class);
        script.answers(200, page(""));
        Iterator<GraphPage<User>> pages = graph.get("/users").pages(User.class).iterator();
        pages.next();
        assertThat(pages.hasNext()).isFalse();
        assertThatThrownBy(pages::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void givesPagesWithCountAndLinks() {
        script.answers(200, "{\"@odata.count\":2,\"value\":[],\"@odata.nextLink\":\"" + USERS + "?s=a\"}")
                .answers(
                        200,
                        "{\"value\":[{\"id\":\"1\"}],\"@odata.nextLink\":null,\"@odata.deltaLink\":\"" + USERS
                                + "/delta?d=1\"}");
        List<GraphPage<User>> pages =
                graph.get("/users").count().pages(User.class).stream().collect(Collectors.toList());
        assertThat(pages.get(0).count()).hasValue(2);
        assertThat(pages.get(0).items()).isEmpty();
        assertThat(pages.get(0).nextLink()).contains(USERS + "?s=a");
        assertThat(pages.get(1).count()).isEmpty();
        assertThat(pages.get(1).deltaLink()).contains(USERS + "/delta?d=1");
        assertThat(pages.get(1).nextLink()).isEmpty();
    }

    @Test
    void goesOnFromALinkThatWasKept() {
        script.answers(200, page("", "3"));
        assertThat(ids(graph.link(USERS + "?$skiptoken=a%2Fb").items(User.class)))
                .containsExactly("3");
        assertThat(script.sentUri()).isEqualTo(USERS + "?$skiptoken=a%2Fb");
        assertThatThrownBy(() -> graph.link(USERS + "?a=b").select("id")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sendsALinkWithCharactersThatNoUriMayHold() {
        script.answers(200, page(USERS + "?$filter=a eq 'b|c'&$skiptoken=%7Bx", "1"))
                .answers(200, page(""));
        ids(graph.get("/users").items(User.class));
        assertThat(script.transport.lastRequest().uri())
                .hasToString(USERS + "?$filter=a%20eq%20'b%7Cc'&$skiptoken=%7Bx");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/v1.0/users?s=private",
                "http://graph.microsoft.com/v1.0/users?s=private",
                "https://graph.microsoft.com:8443/v1.0/users?s=private",
                "https://graph.microsoft.com.evil.example/?s=private",
                "https://graph.microsoft.com@evil.example/?s=private",
                "//evil.example/?s=private",
                "/v1.0/users?s=private",
                "https://graph.microsoft.com/v1.0/users?s=private&access_token=x",
                "::private"
            })
    void followsALinkToItsOwnOriginOnly(String link) {
        script.answers(200, page(link, "1"));
        Iterator<User> users = graph.get("/users").items(User.class).iterator();
        assertThat(users.next().id()).contains("1");
        GraphException failure = catchThrowableOfType(GraphException.class, users::hasNext);
        assertThat(failure.kind()).isEqualTo(GraphException.Kind.INVALID_RESPONSE);
        assertThat(failure).hasMessageContaining("nextLink").hasMessageNotContaining("private");
        assertThat(failure.getCause()).isNull();
        script.transport.verify();
        assertThatThrownBy(() -> graph.link(link))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("private");
    }

    @Test
    void followsALinkThatSpellsItsOwnOriginOtherwise() {
        script.answers(200, page("HTTPS://Graph.Microsoft.com:443/v1.0/users?s=a", "1"))
                .answers(200, page("", "2"));
        assertThat(ids(graph.get("/users").items(User.class))).containsExactly("1", "2");
    }

    @Test
    void refusesALinkToThePageThatItStandsOn() {
        script.answers(200, page(USERS + "?s=a", "1")).answers(200, page(USERS + "?s=a", "2"));
        Iterator<User> users = graph.get("/users").items(User.class).iterator();
        users.next();
        users.next();
        assertThatThrownBy(users::hasNext).isInstanceOf(GraphException.class).hasMessageContaining("stands on");
        script.transport.verify();
    }

    @Test
    void refusesLinksThatLeadInACircle() {
        script.answers(200, page(USERS + "?s=a", "1"))
                .answers(200, page(USERS + "?s=b", "2"))
                .answers(200, page(USERS + "?s=a", "3"));
        Iterator<User> users = graph.get("/users").items(User.class).iterator();
        users.next();
        users.next();
        users.next();
        for (int i = 0; i < 2; i++) {
            GraphException failure = catchThrowableOfType(GraphException.class, users::hasNext);
            assertThat(failure.kind()).isEqualTo(GraphException.Kind.INVALID_RESPONSE);
            assertThat(failure).hasMessageContaining("nextLink").hasMessageContaining("a circle of 2 pages");
        }
        script.transport.verify();
    }

    @Test
    void refusesALinkBackToTheFirstPage() {
        script.answers(200, page(USERS + "?s=a", "1")).answers(200, page(USERS, "2"));
        Iterator<User> users = graph.get("/users").items(User.class).iterator();
        users.next();
        users.next();
        assertThatThrownBy(users::hasNext)
                .isInstanceOf(GraphException.class)
                .hasMessageContaining("a circle of 2 pages");
    }

    @Test
    void keepsGraphsErrorOnALaterPage() {
        script.answers(200, page(USERS + "?s=a", "1"))
                .answers(400, "{\"error\":{\"code\":\"Directory_ExpiredPageToken\",\"message\":\"m\"}}");
        Iterator<User> users = graph.get("/users").items(User.class).iterator();
        users.next();
        GraphException failure = catchThrowableOfType(GraphException.class, users::hasNext);
        assertThat(failure.code()).isEqualTo("Directory_ExpiredPageToken");
        assertThat(failure.clientRequestId()).contains(ScriptedGraph.id(2));
    }

    @Test
    void asksForTheSamePageAgainAfterAFailure() {
        script.answers(200, page(USERS + "?s=a", "1"));
        script.transport.fails(Kind.EXCHANGE, Delivery.UNKNOWN);
        script.answers(200, page("", "2"));
        Iterator<User> users = graph.get("/users").items(User.class).iterator();
        users.next();
        assertThatThrownBy(users::hasNext).isInstanceOf(GraphException.class);
        assertThat(users.next().id()).contains("2");
        assertThat(script.transport.requests().get(2).uri())
                .isEqualTo(script.transport.requests().get(1).uri());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"id\":\"1\"}",
                "[]",
                "{\"value\":{}}",
                "{\"value\":[null]}",
                "{\"value\":[1]}",
                "{\"value\":[{\"id\":1}]}",
                "{\"value\":[],\"@odata.nextLink\":7}",
                "{\"value\":[],\"@odata.count\":\"many\"}",
                "{\"value\":[],\"value\":[]}"
            })
    void refusesWhatIsNoPage(String json) {
        script.answers(200, json);
        assertThatThrownBy(() -> ids(graph.get("/users").items(User.class)))
                .isInstanceOfSatisfying(
                        GraphException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(GraphException.Kind.INVALID_RESPONSE));
        script.transport.verify();
    }
}
