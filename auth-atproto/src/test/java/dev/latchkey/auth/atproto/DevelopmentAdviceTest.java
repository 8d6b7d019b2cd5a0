package dev.latchkey.auth.atproto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.jose.SigningKey;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The first ten minutes with a server of one's own: what is refused says which switch there is. */
class DevelopmentAdviceTest {

    private static final String SWITCH = "; for tests on this machine there is dangerouslyAllowLoopback()";

    private final Internet internet = new Internet();

    private static ConfigurationException refusal(ThrowingCallable work) {
        return catchThrowableOfType(ConfigurationException.class, work);
    }

    private static KeyPair pair(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://localhost:2583", "http://127.0.0.1:2583/", "http://[::1]:2583", "alice.test"})
    void ofWhatIsTyped(String typed) {
        AtprotoIdentities identities = internet.identities().build();

        assertThat(refusal(() -> identities.resolve(typed))).hasMessageEndingWith(SWITCH);
        assertThat(internet.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://pds.example.com", "https://localhost/path", "alice.invalid"})
    void notOfWhatNoSwitchWouldHelp(String typed) {
        AtprotoIdentities identities =
                internet.identities().dangerouslyAllowLoopback().build();

        assertThat(refusal(() -> identities.resolve(typed))).hasMessageNotContaining("dangerously");
        assertThat(refusal(() -> internet.identities().build().resolve(typed))).hasMessageNotContaining("dangerously");
    }

    @Test
    void ofADirectoryAndAHandleService() {
        URI local = URI.create("http://localhost:2582");

        assertThat(refusal(() -> internet.identities().plcDirectory(local).build()))
                .hasMessageEndingWith(SWITCH);
        assertThat(refusal(() -> internet.identities().handleService(local).build()))
                .hasMessageEndingWith(SWITCH);
    }

    @Test
    void ofHandlesThatAreInNoDns() {
        AtprotoIdentities identities =
                internet.identities().dangerouslyAllowLoopback().build();

        assertThat(refusal(() -> identities.resolve("alice.test")))
                .hasMessageEndingWith("; a server finds such handles by handleService(…)");
        assertThat(refusal(() -> identities.resolve("bob.example.com"))).hasMessageNotContaining("handleService");
    }

    @Test
    void ofKeysThatNoServerWouldTake() throws GeneralSecurityException {
        SigningKey other = SigningKey.of(pair("secp384r1")).keyId("a").build();
        SigningKey nameless = SigningKey.of(pair("secp256r1")).build();

        assertThat(refusal(() -> ClientKeys.of(other))).hasMessageEndingWith("which takes an EC key on P-256");
        assertThat(refusal(() -> ClientKeys.of(nameless)))
                .hasMessageEndingWith("say keyId(…) or keyIdFromThumbprint()");
        assertThat(refusal(() -> SigningKey.pem("/etc/app/key.pem").build()))
                .hasMessageEndingWith("no part in PEM at all: give the text of the file");
    }

    @Test
    void theSwitchIsLoud() {
        List<String> warnings = new ArrayList<>();
        AtprotoIdentities.Builder builder = internet.identities();
        builder.warning = warnings::add;

        assertThat(builder.build()).isNotNull();
        assertThat(warnings).isEmpty();

        assertThat(builder.dangerouslyAllowLoopback().build()).isNotNull();
        assertThat(warnings).singleElement().asString().contains("dangerouslyAllowLoopback() is for tests");
    }

    @Test
    void theSwitchIsLoudWhereServersAreFoundWithoutAccounts() {
        List<String> warnings = new ArrayList<>();
        AtprotoServers.Builder builder = internet.servers();
        builder.warning = warnings::add;

        assertThat(builder.build()).isNotNull();
        assertThat(warnings).isEmpty();

        assertThat(builder.dangerouslyAllowLoopback().build()).isNotNull();
        assertThat(warnings).singleElement().asString().contains("dangerouslyAllowLoopback() is for tests");
    }

    /** It never passes by waiting. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @SuppressWarnings("NullAway") // What an application may do that has no such check.
    void aLookUpOfOnesOwnThatIsBrokenIsCalledSo(boolean throwing) {
        AtprotoIdentities identities = internet.identities()
                .txtRecords(name -> {
                    if (throwing) {
                        throw new IllegalStateException("no pool");
                    }
                    return null;
                })
                .build();

        ConfigurationException refusal = refusal(() -> identities.resolve("alice.example.com"));

        assertThat(refusal.field()).isEqualTo("txtRecords");
        assertThat(refusal)
                .hasMessageContaining("gave null or threw java.lang." + (throwing ? "IllegalState" : "NullPointer"))
                .hasCauseInstanceOf(throwing ? IllegalStateException.class : NullPointerException.class);
    }

    @Test
    void aDnsThatDoesNotAnswerIsNone() {
        AtprotoIdentities identities = internet.identities()
                .txtRecords(name -> {
                    throw new IOException("no answer");
                })
                .build();

        assertThatThrownBy(() -> identities.resolve("alice.example.com")).isInstanceOf(TemporaryFailureException.class);
    }
}
