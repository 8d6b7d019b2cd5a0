package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PermissionTest {

    /**
     * Where the reference implementation has two spellings of the same, or prints what it does not read again.
     */
    private static final Map<String, String> OTHERWISE = Map.of(
            "account:email?action=manage&action=read", "account:email?action=read&action=manage",
            "blob?accept=image/png&accept=image/png", "blob:image/png",
            "blob?accept=image/svg%2Bxml&accept=image/png", "blob?accept=image/png&accept=image/svg%2Bxml",
            "blob:image/x%25y", "blob:image/x%25y",
            "blob?accept=image/%zz", "blob:image/%25zz",
            "rpc:app.example.getFeed?aud=did:web:localhost%253A2583%23feed",
                    "rpc:app.example.getFeed?aud=did:web:localhost%253A2583%23feed");

    static Stream<Arguments> spellings() {
        return InteropFixtures.lines("permission_spellings.csv").stream()
                .map(line -> line.split(",", 2))
                .map(columns -> Arguments.of(columns[0], OTHERWISE.getOrDefault(columns[0], columns[1])));
    }

    @ParameterizedTest
    @MethodSource("spellings")
    void areReadAndPrintedAsByTheReferenceImplementation(String scope, String printed) {
        if (printed.isEmpty()) {
            assertThatThrownBy(() -> Permission.parse(scope))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("scope");
        } else {
            assertThat(Permission.parse(scope))
                    .hasToString(printed)
                    .isEqualTo(Permission.parse(printed))
                    .hasSameHashCodeAs(Permission.parse(printed));
        }
    }

    @Test
    void theTableIsWhole() {
        assertThat(spellings().filter(each -> each.get()[1].equals(""))).hasSizeGreaterThan(60);
        assertThat(spellings().filter(each -> !each.get()[1].equals(""))).hasSizeGreaterThan(60);
        assertThat(spellings().map(each -> each.get()[0])).containsAll(OTHERWISE.keySet());
    }

    @Test
    void sayTheSameInAnyOrder() {
        assertThat(Permission.repo("a.b.c", "delete", "create", "delete"))
                .isEqualTo(Permission.repo(List.of("a.b.c", "a.b.c"), "create", "delete"))
                .isNotEqualTo(Permission.repo("a.b.c", "create"));
        assertThat(Permission.repo("a.b.c")).isEqualTo(Permission.repo("a.b.c", "update", "delete", "create"));
        assertThat(Permission.repo(List.of("*", "a.b.c"))).isEqualTo(Permission.repo("*"));
        assertThat(Permission.account("email", "read")).isEqualTo(Permission.account("email"));
        assertThat(Permission.account("email", "manage", "read"))
                .isEqualTo(Permission.account("email", "read", "manage"))
                .isNotEqualTo(Permission.account("email"));
        assertThat(Permission.blob("video/mp4", "image/*", "image/png", "IMAGE/gif"))
                .isEqualTo(Permission.blob("image/*", "video/mp4"));
        assertThat(Permission.include("a.b.c")).isNotEqualTo(Permission.include("a.b.c", "did:web:a.example#x"));
    }

    @Test
    void haveTheValuesThatGoWithoutSaying() {
        assertThat(Permission.repo("a.b.c").values("action")).containsExactly("create", "update", "delete");
        assertThat(Permission.account("email").values("action")).containsExactly("read");
        assertThat(Permission.repo("a.b.c").values("lxm")).isEmpty();
        assertThat(Permission.include("a.b.c").values("aud")).isEmpty();
        assertThat(Permission.parse("blob:image/svg+xml").values("accept")).containsExactly("image/svg+xml");
    }

    @Test
    void aPlusBehindTheQuestionMarkIsPrintedSoThatNobodyTakesItForASpace() {
        String printed = Permission.blob("image/png", "image/svg+xml").toString();

        assertThat(printed).isEqualTo("blob?accept=image/png&accept=image/svg%2Bxml");
        assertThat(Permission.parse(printed).values("accept")).containsExactly("image/png", "image/svg+xml");
    }

    @ParameterizedTest
    @CsvSource({
        "rpc:a.b.c?aud=did:key:z6Mk%23x, scope rpc: aud must be a did:plc",
        "rpc:a.b.c, scope rpc: aud must be there",
        "rpc:*?aud=*, scope rpc: lxm and aud must not both be *",
        "repo:a.b.c?action=read, 'scope repo: action must be one of create, update, delete'",
        "repo:a.b.c?space=x, scope repo: space is no parameter",
        "repo:a.b.c?collection=a.b.d, scope repo: has collection in two places",
        "include:a.b.c?aud=did:web:a.example, scope include: aud must be a did:plc",
        "identity?attr=handle&attr=*, scope identity: attr must be there once",
        "repo:a.b.c%, scope: a percent sign",
        "blob:image/%FF, scope: a percent sign",
        "space:x, scope: no such resource"
    })
    void refusalsNameWhatIsWrong(String scope, String problem) {
        assertThatThrownBy(() -> Permission.parse(scope))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(problem);
    }

    @Test
    void areBuiltAndPutTogether() {
        assertThat(Permission.scopes(
                        Permission.repo("app.bsky.feed.post", "create"),
                        Permission.blob("image/*", "video/*"),
                        Permission.account("email", "read"),
                        Permission.identity("handle"),
                        Permission.include("app.example.authFull", "did:web:a.example#svc")))
                .hasToString("atproto repo:app.bsky.feed.post?action=create blob?accept=image/*&accept=video/*"
                        + " account:email identity:handle include:app.example.authFull?aud=did:web:a.example%23svc");
    }

    @Test
    void severalCollectionsAndMethodsAreOnePermission() {
        assertThat(Permission.repo(List.of("app.bsky.feed.post", "app.bsky.feed.like"), "create"))
                .hasToString("repo?collection=app.bsky.feed.like&collection=app.bsky.feed.post&action=create");
        assertThat(Permission.rpc(List.of("a.b.getC", "a.b.getD"), "did:web:a.example#x"))
                .hasToString("rpc?lxm=a.b.getC&lxm=a.b.getD&aud=did:web:a.example%23x");
        assertThatThrownBy(() -> Permission.repo(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
