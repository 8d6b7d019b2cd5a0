package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.REDIRECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.google.gson.Gson;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationTransaction;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.CodeVerifier;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.grant.ExtensionGrant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RefreshTokenGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.protocol.IdTokenChecks;
import dev.latchkey.auth.spi.RequestBody;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TransportException.Delivery;
import dev.latchkey.auth.spi.TransportException.Kind;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.token.IdToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Secret;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.Serializable;
import java.io.StringWriter;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SecretRulesTest {

    static final String MARKER = Specimens.MARKER;

    private final Stage stage = new Stage();

    /** Lets a JSON library look into everything, as it can where nothing is a named module. */
    @BeforeAll
    static void openAllToGson() {
        Module core = SecretRulesTest.class.getModule();
        if (core.isNamed()) {
            core.getPackages().forEach(each -> core.addOpens(each, Gson.class.getModule()));
        }
    }

    private static void assertSilent(String what, String shown) {
        assertThat(shown).as(what).doesNotContain(MARKER);
        assertThat(shown)
                .as(what)
                .doesNotContain(Base64.getEncoder()
                        .encodeToString(MARKER.getBytes(StandardCharsets.US_ASCII))
                        .substring(0, 12));
    }

    private static void assertSilent(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        assertSilent(failure.getClass().getName(), trace.toString());
    }

    @Test
    void s1_everyPublicTypeHasASpecimen() throws Exception {
        Set<String> missing = new TreeSet<>();
        Map<Class<?>, Object> specimens = Specimens.all();
        for (Class<?> type : PublicTypes.withInternalOnes()) {
            boolean hasInstances = !type.isInterface()
                    && !type.isEnum()
                    && !Modifier.isAbstract(type.getModifiers())
                    && !Specimens.WITHOUT_INSTANCES.contains(type.getName());
            if (hasInstances && !specimens.containsKey(type)) {
                missing.add(type.getName());
            }
        }
        assertThat(missing)
                .as("public types of which Specimens has no instance with the marker")
                .isEmpty();
        specimens.forEach((type, specimen) -> assertThat(type).isEqualTo(specimen.getClass()));
    }

    @Test
    void s1_noPublicTypePrintsASecret() {
        Specimens.all().forEach((type, specimen) -> assertSilent(type.getName(), String.valueOf(specimen)));
        Specimens.others().forEach(each -> assertSilent(each.getClass().getName(), String.valueOf(each)));
    }

    @Test
    void s1_noSecretPrintsItsTextAndEachHasOneWayOut() throws Exception {
        int seen = 0;
        for (Class<?> type : PublicTypes.withInternalOnes()) {
            if (!Secret.class.isAssignableFrom(type) || type == Secret.class) {
                continue;
            }
            seen++;
            Secret secret = (Secret) Specimens.all().get(type);
            assertThat(secret.reveal()).as(type.getName()).contains(MARKER);
            assertThat(secret.toString()).isEqualTo(type.getSimpleName() + "[redacted]");
            assertThat(String.format("%s", secret)).doesNotContain(MARKER);
            for (Method factory : type.getDeclaredMethods()) {
                boolean fromText = Modifier.isStatic(factory.getModifiers())
                        && Modifier.isPublic(factory.getModifiers())
                        && factory.getParameterCount() == 1
                        && factory.getParameterTypes()[0] == String.class;
                if (fromText) {
                    for (String bad : new String[] {MARKER + "\n", MARKER + "\u0000", "\u007f" + MARKER, ""}) {
                        Throwable refused = catchThrowable(() -> factory.invoke(null, bad));
                        assertThat(refused).as(factory.toString()).isInstanceOf(InvocationTargetException.class);
                        assertThat(refused.getCause()).isInstanceOf(IllegalArgumentException.class);
                        assertSilent(refused.getCause());
                    }
                }
            }
        }
        assertThat(seen).isGreaterThanOrEqualTo(12);
    }

    @Test
    void s1_noRefusalOfAnArgumentQuotesIt() {
        List<Supplier<Object>> mistakes = List.of(
                () -> Parameters.of("", MARKER),
                () -> RequestOptions.NONE.parameter("client_secret", MARKER),
                () -> RequestOptions.NONE.header("X", MARKER + "\r\n"),
                () -> RequestOptions.NONE.header("Authorization", MARKER),
                () -> ExtensionGrant.of("urn:x", Parameters.of("client_secret", MARKER)),
                () -> ExtensionGrant.of("authorization_code", Parameters.of("code", MARKER)),
                () -> BrowserBinding.of(State.of("s"), MARKER + ";"),
                () -> CodeVerifier.of(MARKER + "!"),
                () -> AuthorizationCallback.parse("code=" + MARKER + "&state=%zz"),
                () -> AuthorizationCallback.parse("code=" + MARKER + "%"),
                () -> AuthorizationCallback.parse(("code=" + MARKER + "&").repeat(200)),
                () -> ClientId.of(MARKER + "\u00e4"),
                () -> TransportHeaders.builder().add("x", MARKER + "\n"),
                () -> TransportRequest.builder("POST", URI.create("https://u:" + MARKER + "@as.example.com/")),
                () -> TransportRequest.builder("POST", URI.create("https://as.example.com/#" + MARKER)),
                () -> ClaimsOnlyIdTokens.dangerouslyWithoutSignature()
                        .verify(IdToken.of(MARKER), Stage.metadata().build(), ClientId.of("app")),
                () -> ClaimsOnlyIdTokens.dangerouslyWithoutSignature()
                        .verify(
                                IdToken.of("e30." + Stage.base64("{\"x\":\"" + MARKER) + ".x"),
                                Stage.metadata().build(),
                                ClientId.of("app")),
                () -> stage.client()
                        .complete(
                                AuthorizationCallback.parse("code=" + MARKER + "&state=s"),
                                AuthorizationTransaction.restore("{\"code_verifier\":\"" + MARKER + "\"}")));
        for (int i = 0; i < mistakes.size(); i++) {
            Throwable refused = catchThrowable(mistakes.get(i)::get);
            assertThat(refused).as("mistake " + i).isInstanceOf(RuntimeException.class);
            assertSilent(refused);
        }
    }

    /** Every exchange, with secrets in every place, against servers that fail in every way and repeat what they were sent. */
    @Test
    void s1_noFailureOfAnExchangeShowsWhatWasSentOrReceived() {
        String token = "{\"access_token\":\"" + MARKER + "\",\"refresh_token\":\"" + MARKER + "\",\"id_token\":\""
                + MARKER + "\",\"device_code\":\"" + MARKER + "\"";
        List<Answer> answers = List.of(
                Answer.json(200, token + "}"),
                Answer.json(200, token + ",\"token_type\":\"" + MARKER + "\"}"),
                Answer.json(200, token + ",\"token_type\":\"Bearer\",\"expires_in\":\"" + MARKER + "\"}"),
                Answer.json(200, token + ",\"token_type\":\"Bearer\",\"scope\":\"\\\"" + MARKER + "\"}"),
                Answer.json(200, token + ",\"token_type\":\"Bearer\",\"access_token\":\"" + MARKER + "\"}"),
                Answer.json(200, token + ",\"x\":" + MARKER + "}"),
                Answer.json(200, token),
                Answer.json(201, token + "}"),
                Answer.json(400, token + ",\"error\":\"invalid_grant\",\"error_description\":\"" + MARKER + "\"}"),
                Answer.json(500, token + "}"),
                Answer.of(200, "text/html", MARKER),
                Answer.of(403, "text/html", MARKER),
                Answer.json(200, MARKER).header("Content-Encoding", "gzip"),
                Answer.of(302).header("Location", "https://as.example.com/?" + MARKER),
                Answer.failure(Kind.EXCHANGE, Delivery.UNKNOWN),
                Answer.failure(Kind.TLS, Delivery.NOT_SENT),
                Answer.failure(Kind.CAP, Delivery.UNKNOWN));
        ConcurrentLinkedQueue<String> told = new ConcurrentLinkedQueue<>();
        OAuthClient client = stage.builder()
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of(MARKER)))
                .listener(new Telling(told))
                .build();
        int failures = 0;
        for (Answer answer : answers) {
            List<Supplier<Object>> exchanges = new ArrayList<>();
            exchanges.add(() -> client.request(RefreshTokenGrant.of(RefreshToken.of(MARKER))));
            exchanges.add(() -> client.request(ExtensionGrant.of("urn:x", Parameters.of("assertion", MARKER))));
            exchanges.add(() -> client.authorizeDevice(READ));
            exchanges.add(() -> client.clientCredentials(READ).token());
            PendingAuthorization pending =
                    client.authorize(dev.latchkey.auth.authorize.AuthorizationRequest.builder(REDIRECT, Stage.OPENID)
                            .account(AccountNaming.subject("alice"))
                            .build());
            String state = pending.state().reveal();
            exchanges.add(() -> client.complete(
                    AuthorizationCallback.parse("code=" + MARKER + "&state=" + state), pending.browserBinding()));
            for (Supplier<Object> exchange : exchanges) {
                stage.answers(answer);
                Throwable failed = catchThrowable(exchange::get);
                assertThat(failed).as(answer.toString()).isInstanceOf(RuntimeException.class);
                assertSilent(failed);
                assertThat(failed.toString()).doesNotContain(state);
                failures++;
            }
        }
        assertThat(failures).isEqualTo(85);
        assertThat(told).isNotEmpty();
        told.forEach(each -> assertSilent("listener", each));
    }

    /** Writes down everything that an event shows, and on which thread. */
    private static final class Telling implements AuthListener {

        private final ConcurrentLinkedQueue<String> told;

        Telling(ConcurrentLinkedQueue<String> told) {
            this.told = told;
        }

        @Override
        public void callbackRefused(dev.latchkey.auth.error.OAuthException reason) {
            told.add(Thread.currentThread().getName() + reason);
        }

        @Override
        public void tokenFailed(String grantType, String issuer, dev.latchkey.auth.error.OAuthException reason) {
            told.add(Thread.currentThread().getName() + grantType + issuer + reason);
        }
    }

    @Test
    void s2_noSecretAndNothingThatHoldsOneIsSerializable() throws Exception {
        for (Class<?> type : PublicTypes.withInternalOnes()) {
            boolean failure = Throwable.class.isAssignableFrom(type);
            if (!failure && !type.isEnum()) {
                assertThat(Serializable.class.isAssignableFrom(type))
                        .as(type.getName())
                        .isFalse();
            }
            for (Field field : type.getDeclaredFields()) {
                boolean written = failure
                        && !Modifier.isStatic(field.getModifiers())
                        && !Modifier.isTransient(field.getModifiers());
                assertThat(written && Secret.class.isAssignableFrom(field.getType()))
                        .as(field.toString())
                        .isFalse();
            }
        }
    }

    @Test
    void s2_aSerializedFailureDoesNotCarryWhatTheServerSaid() throws Exception {
        stage.answers(Answer.json(400, "{\"error\":\"invalid_grant\",\"error_description\":\"" + MARKER + "\"}"));
        Throwable failed = catchThrowable(() -> stage.client().request(RefreshTokenGrant.of(RefreshToken.of("r"))));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (java.io.ObjectOutputStream out = new java.io.ObjectOutputStream(bytes)) {
            out.writeObject(failed);
        }
        assertThat(bytes.toString(StandardCharsets.ISO_8859_1)).doesNotContain(MARKER);
    }

    @Test
    void s2_gsonDoesNotWriteASecret() throws Exception {
        int written = 0;
        for (Class<?> type : PublicTypes.all()) {
            Object specimen = Specimens.all().get(type);
            if (specimen == null || specimen instanceof OAuthClient || specimen instanceof OAuthClientBuilder) {
                continue;
            }
            String json;
            try {
                json = new Gson().toJson(specimen);
            } catch (RuntimeException | StackOverflowError e) {
                // It cannot be written at all, which is as good.
                continue;
            }
            written++;
            assertSilent(type.getName() + ": " + json, json);
        }
        assertThat(written).as("types that Gson could write").isGreaterThan(20);
        assertThat(new Gson().toJson(Specimens.all().get(RefreshToken.class))).isEqualTo("{}");
    }

    @Test
    void s2_noFieldThatAReflectiveWriterSeesLeadsToASecret() throws Exception {
        for (Class<?> type : PublicTypes.all()) {
            Object specimen = Specimens.all().get(type);
            if (specimen != null && !type.getPackageName().endsWith(".spi")) {
                walk(type.getName(), specimen, Collections.newSetFromMap(new IdentityHashMap<>()));
            }
        }
        for (Class<?> type : List.of(TransportHeaders.class, TransportHeaders.Builder.class)) {
            assertThat(Modifier.isTransient(type.getDeclaredField("fields").getModifiers()))
                    .isTrue();
        }
        assertThat(Modifier.isTransient(
                        StoreRecord.class.getDeclaredField("content").getModifiers()))
                .isTrue();
        assertThat(Modifier.isTransient(
                        RequestBody.class.getDeclaredField("source").getModifiers()))
                .isTrue();
    }

    private static void walk(String path, Object value, Set<Object> seen) throws IllegalAccessException {
        if (value == null || value instanceof Enum || !seen.add(value)) {
            return;
        }
        if (value instanceof CharSequence || value instanceof URI) {
            assertSilent(path, value.toString());
        } else if (value instanceof byte[]) {
            assertSilent(path, new String((byte[]) value, StandardCharsets.ISO_8859_1));
        } else if (value instanceof Map) {
            for (Map.Entry<?, ?> each : ((Map<?, ?>) value).entrySet()) {
                walk(path + "[" + each.getKey() + "]", each.getValue(), seen);
            }
        } else if (value instanceof Iterable && value.getClass().getName().startsWith("java.")) {
            for (Object each : (Iterable<?>) value) {
                walk(path + "[]", each, seen);
            }
        } else if (value instanceof Optional) {
            walk(path, ((Optional<?>) value).orElse(null), seen);
        } else if (value.getClass().getModule() == SecretRulesTest.class.getModule()
                && value.getClass().getName().startsWith("dev.latchkey.auth.")) {
            for (Class<?> type = value.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
                for (Field field : type.getDeclaredFields()) {
                    if (!Modifier.isStatic(field.getModifiers())
                            && !Modifier.isTransient(field.getModifiers())
                            && field.trySetAccessible()) {
                        walk(path + "." + field.getName(), field.get(value), seen);
                    }
                }
            }
        }
    }

    @Test
    void s5_secretsAreComparedInConstantTimeAndOnlyThere() throws Exception {
        for (Class<?> type : PublicTypes.withInternalOnes()) {
            if (Secret.class.isAssignableFrom(type)) {
                assertThat(type.getMethod("equals", Object.class).getDeclaringClass())
                        .isEqualTo(Secret.class);
                assertThat(Modifier.isFinal(
                                type.getMethod("equals", Object.class).getModifiers()))
                        .isTrue();
            }
        }
        for (Class<?> type : List.of(Secret.class, IdTokenChecks.class, Authorizations.class)) {
            assertThat(calls(type))
                    .as(type.getName())
                    .contains("java/security/MessageDigest")
                    .contains("isEqual");
        }
        State state = State.of("abc");
        assertThat(state)
                .isEqualTo(State.of("abc"))
                .isNotEqualTo(State.of("abd"))
                .isNotEqualTo(State.of("ab"));
        assertThat(state.equals((Object) dev.latchkey.auth.identity.Nonce.of("abc")))
                .isFalse();
    }

    private static String calls(Class<?> type) throws Exception {
        try (InputStream bytes = type.getResourceAsStream("/" + type.getName().replace('.', '/') + ".class")) {
            return new String(bytes.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
