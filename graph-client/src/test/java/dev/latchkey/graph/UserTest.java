package dev.latchkey.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonNull;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import org.junit.jupiter.api.Test;

class UserTest {

    private static final String JSON = "{\"id\":\"1\",\"displayName\":\"d\",\"userPrincipalName\":\"u\",\"mail\":\"m\","
            + "\"givenName\":\"g\",\"surname\":\"s\",\"jobTitle\":\"j\",\"department\":\"p\",\"mobilePhone\":\"o\","
            + "\"officeLocation\":\"l\",\"preferredLanguage\":\"en\",\"businessPhones\":[\"1\",\"2\"],"
            + "\"createdDateTime\":\"not a date\",\"accountEnabled\":null,\"ext\":{\"a\":[1]}}";

    private final ScriptedGraph script = new ScriptedGraph();

    @Test
    void readsEveryPropertyAndKeepsTheRest() {
        script.answers(200, JSON);
        User user = script.graph.me();
        assertThat(user.id()).contains("1");
        assertThat(user.displayName()).contains("d");
        assertThat(user.userPrincipalName()).contains("u");
        assertThat(user.mail()).contains("m");
        assertThat(user.givenName()).contains("g");
        assertThat(user.surname()).contains("s");
        assertThat(user.jobTitle()).contains("j");
        assertThat(user.department()).contains("p");
        assertThat(user.mobilePhone()).contains("o");
        assertThat(user.officeLocation()).contains("l");
        assertThat(user.preferredLanguage()).contains("en");
        assertThat(user.businessPhones()).containsExactly("1", "2");
        assertThat(user.additional("createdDateTime")).contains(new JsonPrimitive("not a date"));
        assertThat(user.additional("accountEnabled")).contains(JsonNull.INSTANCE);
        assertThat(user.additional("absent")).isEmpty();
        user.additional().remove("ext");
        assertThat(user.additional().has("ext")).isTrue();
        assertThat(user).hasToString("User[1]");
    }

    @Test
    void readsAUserOfWhichNothingWasSelected() {
        script.answers(200, "{\"businessPhones\":null,\"mail\":null}");
        User user = script.graph.me();
        assertThat(user.mail()).isEmpty();
        assertThat(user.businessPhones()).isEmpty();
        assertThat(user.additional().size()).isZero();
        assertThat(user).hasToString("User[no id]");
    }

    @Test
    void writesWhatItRead() {
        script.answers(200, JSON).answers(200, "{}");
        script.graph.post("/users", script.graph.me()).json();
        assertThat(JsonParser.parseString(script.transport.lastRequest().body()))
                .isEqualTo(JsonParser.parseString(JSON));
    }
}
