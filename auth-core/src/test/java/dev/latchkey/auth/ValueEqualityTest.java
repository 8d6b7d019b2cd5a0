package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.Prompt;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.SavedBinding;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.AuthorizationDetail;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.Secret;
import dev.latchkey.auth.token.TokenType;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import nl.jqno.equalsverifier.EqualsVerifier;
import nl.jqno.equalsverifier.Warning;
import nl.jqno.equalsverifier.api.SingleTypeEqualsVerifierApi;
import org.junit.jupiter.api.Test;

class ValueEqualityTest {

    /** Which fields of a value do not take part in its equality, and why is said in its Javadoc. */
    private static final Map<Class<?>, String[]> BESIDE = Map.of(
            Account.class, new String[] {"username"},
            AccessToken.class, new String[] {"type", "expiresAt", "scopes"},
            BrowserBinding.class, new String[] {"cookieName"},
            AuthorizationServerMetadata.class, new String[] {"issuer", "endpoints"},
            AskedFor.class, new String[] {"text"},
            AuthorizationDetail.class, new String[] {"type"},
            SavedBinding.class, new String[] {"nonce"});

    @Test
    void everyValueWithEqualityKeepsItsContract() throws Exception {
        Module core = ValueEqualityTest.class.getModule();
        if (core.isNamed()) {
            core.getPackages().forEach(each -> core.addOpens(each, EqualsVerifier.class.getModule()));
        }
        Set<Class<?>> verified = new HashSet<>();
        for (Class<?> type : PublicTypes.withInternalOnes()) {
            boolean notHere = type.getPackageName().endsWith(".spi") || type.isInterface() || type.isEnum();
            if (notHere
                    || type == Secret.class
                    // No value: java.time.Clock overrides equals to say that each is itself.
                    || type == CoarseClock.class
                    || type.getMethod("equals", Object.class).getDeclaringClass() == Object.class) {
                continue;
            }
            verify(type);
            verified.add(type);
        }
        assertThat(verified)
                .hasSizeGreaterThanOrEqualTo(24)
                .contains(
                        ClientId.class,
                        Scopes.class,
                        TokenType.class,
                        Prompt.class,
                        Challenge.class,
                        Parameters.class,
                        RequestOptions.class,
                        AccountNaming.class,
                        SessionKey.class,
                        AccessToken.class);
    }

    private static <T> void verify(Class<T> type) {
        // Constructors refuse null; fields are transient to be left out by reflective writers, not out of equality.
        SingleTypeEqualsVerifierApi<T> verifier = EqualsVerifier.forClass(type)
                .suppress(Warning.NULL_FIELDS, Warning.TRANSIENT_FIELDS)
                .withPrefabValues(
                        TransportHeaders.class,
                        TransportHeaders.builder().set("a", "1").build(),
                        TransportHeaders.builder().set("a", "2").build())
                .withPrefabValues(StoreKey.class, StoreKey.of("p", "1"), StoreKey.of("p", "2"))
                .withPrefabValues(String[].class, new String[] {"a", "1"}, new String[] {"a", "2"})
                .withPrefabValues(TokenType.class, TokenType.BEARER, TokenType.DPOP)
                .withPrefabValues(Scopes.class, Scopes.of("a"), Scopes.of("b"))
                .withPrefabValues(Parameters.class, Parameters.of("a", "1"), Parameters.of("a", "2"));
        if (BESIDE.containsKey(type)) {
            verifier = verifier.withIgnoredFields(BESIDE.get(type));
        }
        if (type == Scopes.class) {
            verifier = verifier.withCachedHashCode("hash", "hashOfNames", type.cast(Scopes.of("a")));
        }
        if (Secret.class.isAssignableFrom(type)) {
            verifier = verifier.usingGetClass();
        }
        verifier.verify();
    }

    @Test
    void equalityRegardsWhatItSays() {
        assertThat(Scopes.of("a", "b")).isEqualTo(Scopes.of("b", "a")).isNotEqualTo(Scopes.of("A", "b"));
        assertThat(TokenType.of("bearer")).isEqualTo(TokenType.BEARER).hasSameHashCodeAs(TokenType.of("BEARER"));
        assertThat(TokenType.of("mac")).isEqualTo(TokenType.of("MAC")).hasSameHashCodeAs(TokenType.of("MAC"));
        assertThat(Challenge.of("DPoP", Map.of("Error", "x"))).isEqualTo(Challenge.of("dpop", Map.of("error", "x")));
        assertThat(Account.of("i", "s").withUsername("a")).isEqualTo(Account.of("i", "s"));
        assertThat(Account.of("i", "s").withTenant("t")).isNotEqualTo(Account.of("i", "s"));
        assertThat(Account.of("i", "s").withTenant("")).isEqualTo(Account.of("i", "s"));
        assertThat(Parameters.of("a", "1").and("a", "2"))
                .isNotEqualTo(Parameters.of("a", "2").and("a", "1"));
        AskedFor one = AskedFor.of(Scopes.of("a", "b"), RequestOptions.NONE);
        AskedFor same = AskedFor.of(Scopes.of("b", "a"), RequestOptions.NONE.header("x", "1"));
        assertThat(one).isNotEqualTo(same).isEqualTo(AskedFor.of(Scopes.of("b", "a"), RequestOptions.NONE));
    }

    @Test
    void valuesDoNotChangeWithWhatTheyWereMadeOf() {
        Map<String, Object> members = new LinkedHashMap<>(Map.of("issuer", "https://i.example"));
        AuthorizationServerMetadata server = AuthorizationServerMetadata.of(members);
        members.put("token_endpoint", "https://evil.example");
        assertThat(server.tokenEndpoint()).isEmpty();
        Map<String, String> parameters = new LinkedHashMap<>(Map.of("a", "1"));
        Challenge challenge = Challenge.of("Bearer", parameters);
        parameters.put("b", "2");
        assertThat(challenge.parameters()).hasSize(1);
    }
}
