package dev.latchkey.it.atproto.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.it.atproto.lab.WrongClients.Wrong;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each rule is enforced: a client that breaks it, and does all else right, is refused for that and for nothing else. */
final class LabRulesTest {

    private static final MutableClock CLOCK = MutableClock.at(Instant.parse("2026-11-28T09:00:00Z"));
    private static final Lab LAB = Lab.start(CLOCK);
    private static final LabAuthorizationServer SERVER = LAB.authorizationServer("as.test");
    private static final LabPds PDS = LAB.pds("pds.test", SERVER);
    private static final AtomicInteger CLIENTS = new AtomicInteger();

    static {
        LAB.account("alice.test", PDS);
    }

    @AfterAll
    static void close() {
        LAB.close();
    }

    static List<Wrong> wrongs() {
        return WrongClients.all();
    }

    @BeforeEach
    void begin() {
        LAB.log().clear();
    }

    private static RawClient client() {
        return new RawClient(LAB, CLOCK, SERVER, PDS, "/client-" + CLIENTS.incrementAndGet() + ".json");
    }

    @ParameterizedTest
    @MethodSource("wrongs")
    void refuses(Wrong wrong) {
        Answer answer = wrong.what.apply(client());

        assertThat(LAB.log().violations())
                .extracting(seen -> seen.broken().orElseThrow())
                .as("%s: %s", answer, LAB.log().all())
                .isNotEmpty()
                .containsOnly(wrong.rule);
        Seen last = LAB.log().all().get(LAB.log().all().size() - 1);
        assertThat(last.broken()).contains(wrong.rule);
        if (last.what().endsWith("/oauth/revoke")) {
            assertThat(answer.toString()).isEqualTo("200 {}");
        } else {
            assertThat(answer.status).isBetween(400, 405);
            assertThat(answer.body).contains(wrong.rule.id() + ": ");
        }
    }

    @Test
    void everyRuleIsBrokenByAClient() {
        Set<Rule> broken = WrongClients.all().stream()
                .map(wrong -> wrong.rule)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Rule.class)));

        assertThat(broken).containsExactlyInAnyOrder(Rule.values());
    }
}
