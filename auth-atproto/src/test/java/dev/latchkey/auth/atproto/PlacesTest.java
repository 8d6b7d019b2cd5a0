package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.spi.InMemoryTokenStore;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class PlacesTest {

    private static final Did ALICE = Did.of("did:plc:abcdefghijklmnopqrstuvwx");
    private static final URI OLD = URI.create("https://old.example.net");
    private static final URI NEW = URI.create("https://new.example.net");

    private final Clock clock = Clock.fixed(Instant.parse("2026-11-28T12:00:00Z"), ZoneOffset.UTC);
    private final InMemoryTokenStore store = InMemoryTokenStore.create(clock);

    private Places node() {
        return new Places(store, clock, false);
    }

    @Test
    void whatOneIssuerHasGivenDoesNotGoWhereAnotherSpeaks() {
        Places first = node();
        first.keep(ALICE, "https://as.old.example.net", OLD, clock.instant());
        Places second = node();
        assertThat(second.find(ALICE, "https://as.old.example.net")).contains(OLD);

        first.keep(ALICE, "https://as.new.example.net", NEW, clock.instant());

        assertThat(second.find(ALICE, "https://as.new.example.net")).contains(NEW);
        assertThat(second.find(ALICE, "https://as.old.example.net")).contains(OLD);
        assertThat(second.find(ALICE, "https://as.other.example.net")).isEmpty();
    }

    @Test
    void ofTwoLooksTheLaterCountsHoweverLongTheOtherTook() {
        Places node = node();
        Instant now = clock.instant();
        node.keep(ALICE, "https://as.example.net", NEW, now);
        node.keep(ALICE, "https://as.example.net", OLD, now.minusSeconds(1));
        assertThat(node.find(ALICE, "https://as.example.net")).contains(NEW);

        node().keep(ALICE, "https://as.example.net", OLD, now.minusSeconds(1));
        assertThat(node().find(ALICE, "https://as.example.net"))
                .as("of another node")
                .contains(NEW);

        node.keep(ALICE, "https://as.example.net", OLD, now);
        assertThat(node().find(ALICE, "https://as.example.net")).contains(OLD);
    }

    @Test
    void isForgottenForOneIssuer() {
        Places places = node();
        places.keep(ALICE, "https://as.old.example.net", OLD, clock.instant());
        places.keep(ALICE, "https://as.new.example.net", NEW, clock.instant());

        places.forget(ALICE, "https://as.old.example.net");

        assertThat(places.find(ALICE, "https://as.old.example.net")).isEmpty();
        assertThat(node().find(ALICE, "https://as.old.example.net")).isEmpty();
        assertThat(node().find(ALICE, "https://as.new.example.net")).contains(NEW);
    }
}
