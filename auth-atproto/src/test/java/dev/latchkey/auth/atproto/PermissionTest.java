package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "atproto",
                "transition:generic",
                "transition:chat.bsky",
                "transition:email",
                "repo:*",
                "repo:app.bsky.feed.post",
                "repo:app.bsky.feed.post?action=create&action=delete",
                "repo?collection=app.bsky.feed.post&collection=app.bsky.feed.like&action=create",
                "rpc:app.bsky.feed.getFeed?aud=did:web:api.bsky.app%23bsky_appview",
                "rpc:app.bsky.feed.getFeed?aud=*",
                "rpc:*?aud=did:web:api.bsky.app%23bsky_appview",
                "blob:*/*",
                "blob:image/svg+xml",
                "blob?accept=video/*&accept=text/html",
                "account:email",
                "account:repo?action=manage",
                "identity:handle",
                "identity:*",
                "include:app.example.authFull",
                "include:app.example.authFull?aud=did:web:api.example.com%23svc"
            })
    void printsWhatItRead(String scope) {
        assertThat(Permission.parse(scope)).hasToString(scope).isEqualTo(Permission.parse(scope));
    }

    @Test
    void aPlusBehindTheQuestionMarkIsPrintedSoThatNobodyTakesItForASpace() {
        String printed = Permission.blob("image/png", "image/svg+xml").toString();

        assertThat(printed).isEqualTo("blob?accept=image/png&accept=image/svg%2Bxml");
        assertThat(Permission.parse(printed).values("accept")).containsExactly("image/png", "image/svg+xml");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "openid",
                "transition:other",
                "transition",
                "repo",
                "repo:app.bsky.*",
                "repo:app.bsky.feed.post?action=read",
                "repo:app.bsky.feed.post?collection=app.bsky.feed.like",
                "repo:app.bsky.feed.post?action",
                "rpc:app.bsky.feed.getFeed",
                "rpc:*?aud=*",
                "rpc:app.bsky.feed.getFeed?aud=did:web:api.bsky.app",
                "blob:*",
                "blob:*/png",
                "account:password",
                "account:email?action=read&action=manage",
                "identity:did",
                "include:*",
                "include:app.example.authFull?aud=*",
                "identity:handle?action=manage"
            })
    void refuses(String scope) {
        assertThatThrownBy(() -> Permission.parse(scope)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsTheSameFromOtherSpellings() {
        assertThat(Permission.parse("repo?collection=app.bsky.feed.post")).hasToString("repo:app.bsky.feed.post");
        assertThat(Permission.parse("rpc?aud=did%3Aweb%3Aapi.bsky.app%23a&lxm=app.bsky.feed.getFeed"))
                .isEqualTo(Permission.rpc("app.bsky.feed.getFeed", "did:web:api.bsky.app#a"))
                .hasToString("rpc:app.bsky.feed.getFeed?aud=did:web:api.bsky.app%23a");
        assertThat(Permission.parse("blob:image/svg+xml").values("accept")).containsExactly("image/svg+xml");
    }

    @Test
    void areBuiltAndPutTogether() {
        assertThat(Permission.scopes(
                        Permission.repo("app.bsky.feed.post", "create"),
                        Permission.blob("image/*", "video/*"),
                        Permission.account("email", "read"),
                        Permission.identity("handle"),
                        Permission.include("app.example.authFull", "did:web:a.example#svc")))
                .hasToString(
                        "atproto repo:app.bsky.feed.post?action=create blob?accept=image/*&accept=video/*"
                                + " account:email?action=read identity:handle include:app.example.authFull?aud=did:web:a.example%23svc");
    }

    @Test
    void severalCollectionsAndMethodsAreOnePermission() {
        assertThat(Permission.repo(List.of("app.bsky.feed.post", "app.bsky.feed.like"), "create"))
                .hasToString("repo?collection=app.bsky.feed.post&collection=app.bsky.feed.like&action=create");
        assertThat(Permission.rpc(List.of("a.b.getC", "a.b.getD"), "did:web:a.example#x"))
                .hasToString("rpc?lxm=a.b.getC&lxm=a.b.getD&aud=did:web:a.example%23x");
        assertThatThrownBy(() -> Permission.repo(List.of())).isInstanceOf(IllegalArgumentException.class);
    }
}
