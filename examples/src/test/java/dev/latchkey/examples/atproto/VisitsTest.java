package dev.latchkey.examples.atproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.identity.Account;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

final class VisitsTest {

    private static final String ALICE = "did:plc:ewvi7nxzyoun6zhxrhs64oiz";
    private static final String FORMER = "https://old.example.com";
    private static final String NOW = "https://new.example.com";

    private final Visit visit = Visit.of("", new SecureRandom());
    private final Visits visits = new Visits(List.of());

    private Account at(String issuer) {
        Account account = Account.of(issuer, ALICE).withSession(visit.session());
        visits.add(account);
        return account;
    }

    /** Whoever has moved is in the visit twice, and signs out of the one whose button it was. */
    @Test
    void findsTheSessionAtTheServerThatIsMeant() {
        Account former = at(FORMER);
        Account now = at(NOW);

        assertThat(visits.find(visit, ALICE, NOW)).contains(now);
        assertThat(visits.find(visit, ALICE, FORMER)).contains(former);
        assertThat(visits.find(visit, ALICE, "")).isEmpty();
        assertThat(visits.find(Visit.of("", new SecureRandom()), ALICE, NOW)).isEmpty();
    }

    @Test
    void theButtonSaysWhichServerIsMeant() {
        assertThat(Pages.account(visit, at(NOW)))
                .asString()
                .contains("name=\"issuer\" value=\"" + NOW + "\"")
                .contains("name=\"account\" value=\"" + ALICE + "\"");
    }
}
