package dev.latchkey.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.token.Scopes;
import org.junit.jupiter.api.Test;

class SharedTest {

    private final Shared<Scopes> scopes = new Shared<>();

    @Test
    void equalValuesBecomeOne() {
        Scopes first = Scopes.of("a", "b");
        assertThat(scopes.of(first)).isSameAs(first);
        assertThat(scopes.of(Scopes.of("b", "a"))).isSameAs(first);
        assertThat(scopes.of(Scopes.of("b"))).isEqualTo(Scopes.of("b"));
    }

    @Test
    void whatComesWhenItIsFullIsNotKept() {
        for (int i = 0; i < 256; i++) {
            scopes.of(Scopes.of("s" + i));
        }
        Scopes late = Scopes.of("late");
        assertThat(scopes.of(late)).isSameAs(late);
        Scopes later = Scopes.of("late");
        assertThat(scopes.of(later)).isSameAs(later);
    }
}
