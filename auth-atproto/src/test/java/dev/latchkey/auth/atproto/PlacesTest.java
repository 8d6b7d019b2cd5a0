package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.spi.InMemoryTokenStore;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.testkit.MutableClock;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PlacesTest {

    private static final Did ALICE = Did.of("did:plc:abcdefghijklmnopqrstuvwx");
    private static final URI OLD = URI.create("https://old.example.net");
    private static final URI NEW = URI.create("https://new.example.net");

    private static final String AS = "https://as.example.net";

    private final MutableClock clock = MutableClock.create();
    private final StoreInBetween store = new StoreInBetween(InMemoryTokenStore.create(clock));

    private Places node() {
        return new Places(store, clock, false);
    }

    private Instant earlier() {
        return clock.instant().minusSeconds(2);
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
    void isForgottenForOneIssuer() {
        Places places = node();
        places.keep(ALICE, "https://as.old.example.net", OLD, clock.instant());
        places.keep(ALICE, "https://as.new.example.net", NEW, clock.instant());

        places.forget(ALICE, "https://as.old.example.net", clock.instant());

        assertThat(places.find(ALICE, "https://as.old.example.net")).isEmpty();
        assertThat(node().find(ALICE, "https://as.old.example.net")).isEmpty();
        assertThat(node().find(ALICE, "https://as.new.example.net")).contains(NEW);
    }

    /** What memory had before is over, and must not keep out what the store has. */
    @Test
    void theStoreIsReadOnceInTenMinutes() {
        Places places = node();
        places.keep(ALICE, AS, NEW, clock.instant());
        clock.advance(Duration.ofHours(1));
        places.keep(ALICE, AS, NEW, clock.instant());
        clock.advance(Duration.ofMinutes(11));
        int before = store.finds.get();

        for (int i = 0; i < 5; i++) {
            assertThat(places.find(ALICE, AS)).contains(NEW);
        }

        assertThat(store.finds.get() - before).isEqualTo(1);
        assertThat(places.known(ALICE, AS)).contains(NEW);
    }

    @Test
    void aLookThatBeganEarlierDoesNotOverwriteALaterOne() {
        Places places = node();
        places.keep(ALICE, AS, NEW, clock.instant());
        places.keep(ALICE, AS, OLD, earlier());

        assertThat(places.find(ALICE, AS)).contains(NEW);
        assertThat(node().find(ALICE, AS)).contains(NEW);

        places.keep(ALICE, AS, OLD, clock.instant());
        assertThat(places.find(ALICE, AS)).as("one that began then or later").contains(OLD);
        assertThat(node().find(ALICE, AS)).contains(OLD);
    }

    @Test
    void notOnAnotherNodeEither() {
        Places other = node();
        other.keep(ALICE, AS, OLD, earlier().minusSeconds(9));
        node().keep(ALICE, AS, NEW, clock.instant());

        other.keep(ALICE, AS, OLD, earlier());

        assertThat(other.find(ALICE, AS)).contains(NEW);
        assertThat(node().find(ALICE, AS)).contains(NEW);
    }

    @Test
    void norDoesItForgetWhatALaterOneHasFound() {
        Places other = node();
        other.keep(ALICE, AS, OLD, earlier().minusSeconds(9));
        Places first = node();
        first.keep(ALICE, AS, NEW, clock.instant());

        first.forget(ALICE, AS, earlier());
        other.forget(ALICE, AS, earlier());

        assertThat(first.find(ALICE, AS)).contains(NEW);
        assertThat(other.find(ALICE, AS)).contains(NEW);
    }

    @Test
    void aLaterOneIsWrittenAlthoughAnEarlierOneCameInBetween() {
        Places slow = node();
        store.beforeReplace = () -> {
            store.beforeReplace = () -> {};
            slow.keep(ALICE, AS, OLD, earlier());
        };
        node().keep(ALICE, AS, NEW, clock.instant());

        assertThat(node().find(ALICE, AS)).contains(NEW);
    }

    @Test
    void aNodeWhoseClockIsFastHasNotTheLastWord() {
        node().keep(ALICE, AS, OLD, clock.instant().plus(Duration.ofHours(3)));
        Places right = node();
        right.keep(ALICE, AS, NEW, clock.instant());

        assertThat(right.find(ALICE, AS)).contains(NEW);
        assertThat(node().find(ALICE, AS)).contains(NEW);
    }

    @Test
    void aRecordOfBeforeHasNoTimeAndGivesWay() throws Exception {
        Places places = node();
        places.keep(ALICE, AS, NEW, clock.instant());
        StoreKey key = store.keys("atproto-places", "", 10).keys().get(0);
        StoreEntry kept = store.find(key).orElseThrow();
        store.replace(
                key,
                kept.version(),
                StoreRecord.of(
                        Json.write(Map.of("pds", OLD.toString())), kept.record().usableUntil()));
        assertThat(node().find(ALICE, AS)).contains(OLD);

        node().keep(ALICE, AS, NEW, earlier());

        assertThat(node().find(ALICE, AS)).contains(NEW);
    }

    /** A look before each refresh is no reason to write. */
    @Test
    void whatIsKnownIsNotWrittenAgainForDays() {
        Places places = node();
        places.keep(ALICE, AS, NEW, clock.instant());
        store.beforeReplace = () -> {
            throw new AssertionError("written again");
        };
        clock.advance(Duration.ofDays(10));
        places.keep(ALICE, AS, NEW, clock.instant());
    }

    /** What another thread has read meanwhile is as old as its record. */
    @Test
    void aLookOutdoesARecordThatWasReadWhileItWasUnderWay() {
        node().keep(ALICE, AS, OLD, clock.instant());
        Places places = node();
        clock.advance(Duration.ofMinutes(1));
        Instant began = clock.instant();
        clock.advance(Duration.ofSeconds(1));
        assertThat(places.find(ALICE, AS)).contains(OLD);

        places.keep(ALICE, AS, NEW, began);

        assertThat(places.find(ALICE, AS)).contains(NEW);
        assertThat(node().find(ALICE, AS)).contains(NEW);
    }
}
