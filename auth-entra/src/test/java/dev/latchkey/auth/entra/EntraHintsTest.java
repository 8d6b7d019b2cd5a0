package dev.latchkey.auth.entra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The numbers and what they mean, written down a second time from Microsoft's reference of AADSTS error codes. */
class EntraHintsTest {

    private static final int NUMBERS = 41;

    @ParameterizedTest
    @CsvSource({
        "7000215, client secret is wrong",
        "7000222, secret has expired",
        "7000218, confidential",
        "700025, no secret",
        "700016, no such application",
        "700011, no such application",
        "7000112, disabled in this tenant",
        "90002, no such tenant",
        "50194, single tenant",
        "50011, redirect URI",
        "70011, scope",
        "28002, scope",
        "28003, scope",
        "500011, resource",
        "650057, resource",
        "65001, nobody has consented",
        "90094, administrator must consent",
        "65004, user declined",
        "50105, not assigned",
        "50126, user name or the password",
        "50034, no such user",
        "50053, locked",
        "50055, password has expired",
        "50057, account is disabled",
        "50076, multi-factor authentication is required",
        "50079, multi-factor authentication is required",
        "50078, multi-factor authentication has expired",
        "53000, device",
        "53001, device",
        "53003, Conditional Access",
        "50173, session was revoked",
        "70008, refresh token has expired",
        "700082, refresh token has expired",
        "700084, single-page app",
        "54005, redeemed before",
        "501481, code verifier",
        "700027, client assertion",
        "700024, client assertion",
        "50196, again and again",
        "70018, user code",
        "70019, device code has expired"
    })
    void says(int number, String inShort) {
        assertThat(EntraHints.of(number))
                .hasValueSatisfying(hint -> assertThat(hint).contains(inShort));
    }

    @Test
    void saysNothingOfAnyOtherNumber() {
        List<Integer> known = IntStream.range(0, 10_000_000)
                .filter(number -> EntraHints.of(number).isPresent())
                .boxed()
                .collect(Collectors.toList());

        assertThat(known).hasSize(NUMBERS);
    }
}
