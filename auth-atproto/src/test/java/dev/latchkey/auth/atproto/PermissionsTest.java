package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.latchkey.auth.token.Scopes;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PermissionsTest {

    private static final String FEED = "did:web:api.example.com#feed";

    private static Permissions granted(String scopes) {
        return Permissions.granted(Scopes.parse(scopes));
    }

    static Stream<Arguments> grants() {
        return InteropFixtures.lines("permission_grants.csv").stream()
                .map(line -> Arguments.of((Object[]) line.split(",", 3)));
    }

    @ParameterizedTest
    @MethodSource("grants")
    void allowWhatTheReferenceImplementationAllows(String scopes, String question, boolean answer) {
        assertThat(answered(granted(scopes), question.split(" "))).isEqualTo(answer);
    }

    private static boolean answered(Permissions granted, String... question) {
        switch (question[0]) {
            case "repo":
                return granted.allowsRepo(Nsid.of(question[1]), question[2]);
            case "rpc":
                return granted.allowsRpc(Nsid.of(question[1]), question[2]);
            case "blob":
                return granted.allowsBlob(question[1]);
            case "account":
                return granted.allowsAccount(question[1], question[2]);
            case "identity":
                return granted.allowsIdentity(question[1]);
            default:
                throw new AssertionError(question[0]);
        }
    }

    @Test
    void theTableIsWhole() {
        assertThat(grants().filter(each -> each.get()[2].equals("true"))).hasSizeGreaterThan(40);
        assertThat(grants().filter(each -> each.get()[2].equals("false"))).hasSizeGreaterThan(50);
    }

    @Test
    void passOverWhatTheyDoNotUnderstandAndTellIt() {
        Permissions granted =
                granted("space:foo atproto transition:x repo:a.b.c?action=read repo:a.b.d rpc:a.b.e blob:image/%");

        assertThat(granted.unknown())
                .isEqualTo(
                        Scopes.of("space:foo", "transition:x", "repo:a.b.c?action=read", "rpc:a.b.e", "blob:image/%"));
        assertThat(granted.allowsRepo(Nsid.of("a.b.d"), "create")).isTrue();
        assertThat(granted.allowsRepo(Nsid.of("a.b.c"), "create")).isFalse();
        assertThat(granted("atproto transition:email include:a.b.c").unknown()).isEqualTo(Scopes.NONE);
        assertThat(granted("").unknown()).isEqualTo(Scopes.NONE);
    }

    @ParameterizedTest
    @CsvSource({
        "atproto, atproto, true",
        "repo:a.b.c, atproto, false",
        "atproto repo:a.b.c?action=delete&action=create, repo?collection=a.b.c&action=create&action=delete, true",
        "atproto repo:a.b.c?action=delete repo:a.b.c?action=create, repo:a.b.c?action=create&action=delete, true",
        "atproto repo:a.b.c?action=create repo:a.b.d, repo?collection=a.b.c&collection=a.b.d, false",
        "atproto repo:a.b.c?action=create, repo:a.b.c, false",
        "atproto repo:*, repo?collection=a.b.c&collection=a.b.d, true",
        "atproto repo:a.b.c, repo:*, false",
        "atproto transition:generic, repo:*, true",
        "atproto rpc:*?aud=did:web:a.example%23x, rpc?lxm=a.b.c&lxm=a.b.d&aud=did:web:a.example%23x, true",
        "atproto rpc:a.b.c?aud=did:web:a.example%23x, rpc?lxm=a.b.c&lxm=a.b.d&aud=did:web:a.example%23x, false",
        "atproto rpc:a.b.c?aud=did:web:a.example%23x, rpc:a.b.c?aud=*, false",
        "atproto rpc:a.b.c?aud=*, rpc:a.b.c?aud=did:web:a.example%23x, true",
        "atproto transition:generic, rpc:chat.bsky.convo.listConvos?aud=did:web:a.example%23x, false",
        "atproto blob:image/* blob:video/mp4, blob?accept=image/png&accept=video/mp4, true",
        "atproto blob:image/*, blob?accept=image/png&accept=video/mp4, false",
        "atproto blob:image/*, blob:*/*, false",
        "atproto blob:image/png, blob:image/*, false",
        "atproto blob:*/*, blob:image/*, true",
        "atproto blob:Image/PNG, blob:Image/PNG, true",
        "atproto account:email?action=manage, account:email, true",
        "atproto account:email?action=manage, account:email?action=read&action=manage, true",
        "atproto account:email, account:email?action=read&action=manage, false",
        "atproto transition:email, account:email, true",
        "atproto identity:*, identity:handle, true",
        "atproto identity:handle, identity:*, false",
        "atproto transition:generic, transition:generic, true",
        "atproto transition:generic, transition:chat.bsky, false",
        "atproto repo:*, transition:generic, false",
        "atproto include:a.b.set, include?nsid=a.b.set, true",
        "atproto repo:a.b.c, include:a.b.set, false"
    })
    void tellWhetherAllOfAPermissionWasGranted(String scopes, String asked, boolean all) {
        assertThat(granted(scopes).allows(Permission.parse(asked))).isEqualTo(all);
    }

    @Test
    void takeNoQuestionThatHasNoAnswer() {
        Permissions all = granted("atproto transition:generic repo:* identity:*");

        assertThatThrownBy(() -> all.allowsRepo(Nsid.of("a.b.c"), "write"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("scope repo: action must be one of create, update, delete");
        assertThatThrownBy(() -> all.allowsAccount("password", "read")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> all.allowsAccount("email", "write")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> all.allowsIdentity("did")).isInstanceOf(IllegalArgumentException.class);
    }

    /** The server writes the scopes, and anybody may run one. */
    @ParameterizedTest(name = "{index}")
    @MethodSource
    void takeLittleOfTheStackHoweverLongAScopeIs(String audience, boolean isOne) throws InterruptedException {
        Scopes scopes = Scopes.parse("atproto rpc:a.b.c?aud=" + audience);
        AtomicReference<Object> outcome = new AtomicReference<>();
        Thread thread = new Thread(null, () -> outcome.set(Permissions.granted(scopes)), "small", 128 * 1024);
        thread.setUncaughtExceptionHandler((any, failure) -> outcome.set(failure));

        thread.start();
        thread.join();

        assertThat(outcome.get())
                .isInstanceOfSatisfying(
                        Permissions.class,
                        permissions ->
                                assertThat(permissions.unknown().isEmpty()).isEqualTo(isOne));
    }

    static Stream<Arguments> takeLittleOfTheStackHoweverLongAScopeIs() {
        return Stream.of(
                Arguments.of("did:web:x.com%23" + "a".repeat(100_000), true),
                Arguments.of("did:web:x.com%23" + "%2561".repeat(20_000), true),
                Arguments.of("did:web:x.com%23" + "%2561".repeat(20_000) + "%25", false),
                Arguments.of("did:web:" + "a.".repeat(1_000) + "com%23x", true),
                Arguments.of("did:web:" + "a.".repeat(1_000) + "1%23x", false),
                Arguments.of("did:web:" + "a".repeat(100_000) + "%23x", false));
    }

    @Test
    @Timeout(10)
    void takeTheTimeThatALongScopeTakesToBeRead() {
        String types =
                IntStream.range(0, 100_000).mapToObj(i -> "accept=" + i + "/b").collect(Collectors.joining("&"));

        assertThat(granted("atproto blob?" + types).allowsBlob("99999/b")).isTrue();
    }

    @Test
    void sayWhatWasGranted() {
        assertThat(granted("atproto repo?collection=a.b.c")).hasToString("atproto repo?collection=a.b.c");
        assertThat(granted("atproto repo:*").allowsRpc(Nsid.of("a.b.c"), FEED)).isFalse();
    }
}
