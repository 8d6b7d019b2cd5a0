package dev.latchkey.auth;

import static dev.latchkey.auth.Stage.HOST;
import static dev.latchkey.auth.Stage.ISSUER;
import static dev.latchkey.auth.Stage.READ;
import static dev.latchkey.auth.Stage.granted;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.ClientCredentialsGrant;
import dev.latchkey.auth.testkit.Answer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class BodyRulesTest {

    private final Stage stage = new Stage();

    private InvalidResponseException refusedToken() {
        return catchThrowableOfType(
                InvalidResponseException.class, () -> stage.client().request(ClientCredentialsGrant.of(READ)));
    }

    /** A body without end, that counts what was taken of it. */
    private static final class Endless extends InputStream {

        private final AtomicLong taken;
        private final byte[] pattern;
        private int at;

        Endless(AtomicLong taken, byte[] pattern) {
            this.taken = taken;
            this.pattern = pattern;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            for (int i = 0; i < length; i++) {
                buffer[offset + i] = (byte) read();
            }
            return length;
        }

        @Override
        public int read() {
            if (taken.incrementAndGet() > 8 << 20) {
                throw new AssertionError("Nobody stops reading");
            }
            byte next = pattern[at];
            at = (at + 1) % pattern.length;
            return next & 0xff;
        }
    }

    @Test
    void t4_aBodyWithoutEndIsReadUpToTheCapAndNoFurther() {
        AtomicLong taken = new AtomicLong();
        stage.answers(Answer.json(200, "").body(() -> new Endless(taken, " ".getBytes(StandardCharsets.US_ASCII))));

        InvalidResponseException refused = refusedToken();
        assertThat(refused.field()).isEqualTo("body");
        assertThat(refused.host()).isEqualTo(HOST);
        assertThat(taken.get()).isLessThanOrEqualTo((1 << 20) + 8_192);
        assertThat(stage.transport.openResponses()).isZero();
    }

    @Test
    void t4_aBodyOfExactlyTheCapIsRead() {
        String json = granted("");
        stage.answers(json + " ".repeat((1 << 20) - json.length()));
        assertThat(stage.client()
                        .request(ClientCredentialsGrant.of(READ))
                        .accessToken()
                        .reveal())
                .isEqualTo(Stage.ACCESS_TOKEN);

        stage.answers(json + " ".repeat((1 << 20) - json.length() + 1));
        assertThat(refusedToken().field()).isEqualTo("body");
    }

    @Test
    void t4_theCapHoldsAfterDecompression() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bomb)) {
            gzip.write((granted("") + " ".repeat(16 << 20)).getBytes(StandardCharsets.US_ASCII));
        }
        stage.answers(Answer.json(200, "").header("Content-Encoding", "gzip").body(bomb.toByteArray()));

        assertThat(bomb.size()).isLessThan(1 << 20);
        assertThat(refusedToken().field()).isEqualTo("body");
    }

    @Test
    void t4_compressedDataThatNeverBecomesAnyDataEndsAtTheCap() {
        AtomicLong taken = new AtomicLong();
        // One empty stored block of deflate after another, after zlib's header.
        byte[] emptyBlock = {0, 0, 0, (byte) 0xff, (byte) 0xff};
        stage.answers(Answer.json(200, "")
                .header("Content-Encoding", "deflate")
                .body(() -> new java.io.SequenceInputStream(
                        new java.io.ByteArrayInputStream(new byte[] {0x78, (byte) 0x9c}),
                        new Endless(taken, emptyBlock))));

        assertThat(refusedToken().field()).isEqualTo("body");
        assertThat(taken.get()).isLessThan(2 << 20);
    }

    @Test
    void t4_aGzipHeaderWithoutEndEndsAtTheCap() {
        AtomicLong taken = new AtomicLong();
        byte[] withName = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0};
        stage.answers(Answer.json(200, "")
                .header("Content-Encoding", "gzip")
                .body(() -> new java.io.SequenceInputStream(
                        new java.io.ByteArrayInputStream(withName), new Endless(taken, new byte[] {'a'}))));

        assertThat(refusedToken().field()).isEqualTo("body");
        assertThat(taken.get()).isLessThan(2 << 20);
    }

    @Test
    void t4_compressedAnswersUnderTheCapAreRead() throws IOException {
        ByteArrayOutputStream gzipped = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(gzipped)) {
            gzip.write(granted("").getBytes(StandardCharsets.US_ASCII));
        }
        ByteArrayOutputStream deflated = new ByteArrayOutputStream();
        try (OutputStream deflate = new DeflaterOutputStream(deflated)) {
            deflate.write(granted("").getBytes(StandardCharsets.US_ASCII));
        }
        stage.answers(Answer.json(200, "").header("Content-Encoding", "GZip").body(gzipped.toByteArray()))
                .answers(Answer.json(200, "")
                        .header("Content-Encoding", "deflate")
                        .body(deflated.toByteArray()));

        for (int i = 0; i < 2; i++) {
            assertThat(stage.client()
                            .request(ClientCredentialsGrant.of(READ))
                            .accessToken()
                            .reveal())
                    .isEqualTo(Stage.ACCESS_TOKEN);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "gzip, gzip", "gzip"})
    void t4_anEncodingThatIsUnknownOrALieIsRefused(String encoding) {
        stage.answers(Answer.json(200, granted("")).header("Content-Encoding", encoding));
        assertThat(refusedToken().field()).isEqualTo("content-encoding");
    }

    @Test
    void t4_theMetadataHasTheSameCap() {
        stage.answers(Stage.metadataJson(ISSUER) + " ".repeat(1 << 20));
        assertThatThrownBy(() -> stage.discovering().build().metadata())
                .isInstanceOf(InvalidResponseException.class)
                .hasMessageContaining("larger");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/html; charset=utf-8", "text/plain", "application/jwt", "application/jsonx", "json"})
    void t5_aSuccessThatIsNotJsonNamesStatusAndTypeAndNeverTheBody(String type) {
        stage.answers(Answer.of(200, type, "<html>S3CRET " + granted("") + "</html>"));

        InvalidResponseException refused = refusedToken();
        assertThat(refused.field()).isEqualTo("content-type");
        assertThat(refused)
                .hasMessageContaining("200")
                .hasMessageContaining(type)
                .hasMessageContaining(HOST)
                .hasMessageNotContaining("S3CRET")
                .hasMessageNotContaining(Stage.ACCESS_TOKEN);
    }

    @Test
    void t5_aMissingContentTypeIsRefusedToo() {
        stage.answers(Answer.of(200).body(granted("").getBytes(StandardCharsets.US_ASCII)));
        assertThat(refusedToken()).hasMessageContaining("none");
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json;charset=UTF-8", "APPLICATION/JSON", "application/json ; x=y"})
    void t5_jsonIsRecognisedInAnySpellingOfItsType(String type) {
        stage.answers(Answer.of(200, type, granted("")));
        assertThat(stage.client().request(ClientCredentialsGrant.of(READ)).scopes())
                .isEqualTo(READ);
    }

    @ParameterizedTest
    @ValueSource(strings = {"access_token", "token_type", "expires_in", "x"})
    void t6_aMemberThatIsThereTwiceIsRefused(String name) {
        stage.answers("{\"x\":1,\"expires_in\":1,\"token_type\":\"Bearer\",\"access_token\":\"a\",\"" + name
                + "\":\"5ecret\"}");

        InvalidResponseException refused = refusedToken();
        assertThat(refused.field()).isEqualTo(name);
        assertThat(refused).hasMessageContaining("twice").hasMessageNotContaining("5ecret");
    }

    @Test
    void t6_aMemberThatIsThereTwiceInDifferentSpellingIsRefused() {
        stage.answers("{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"\\u0061ccess_token\":\"b\"}");
        assertThat(refusedToken().field()).isEqualTo("access_token");
    }

    // It was kept with metadata, and could not be written into the store: an IllegalArgumentException came of it.
    @ParameterizedTest
    @ValueSource(strings = {"1e999", "-1.5e355", "[{\"a\":1E+400}]"})
    void t6_aNumberThatIsOutOfRangeIsRefused(String number) {
        stage.answers("{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"x\":" + number + "}");
        assertThat(refusedToken()).hasMessageContaining("out of range");
    }

    // Written in UTF-8 each of them would be a question mark, and two subjects one.
    @ParameterizedTest
    @ValueSource(strings = {"\"\\ud800\"", "\"a\\uDfffb\"", "{\"\\udbff\":1}", "[\"\\udc00\\ud800\"]"})
    void t6_halfACharacterIsRefused(String value) {
        stage.answers("{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"x\":" + value + "}");
        assertThat(refusedToken()).hasMessageContaining("malformed");
    }

    @Test
    void t6_aWholePairInEscapesIsACharacter() {
        stage.answers("{\"access_token\":\"a\",\"token_type\":\"Bearer\",\"x\":\"\\ud83d\\ude00\"}");
        assertThat(stage.client().request(ClientCredentialsGrant.of(READ)).members())
                .containsEntry("x", "\ud83d\ude00");
    }

    @Test
    void t6_aDeepDocumentIsRefusedWithoutOverflow() {
        stage.answers("{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
        assertThat(refusedToken()).hasMessageContaining("deeper");
        stage.answers("{\"x\":" + "{\"x\":".repeat(40) + "1" + "}".repeat(41));
        assertThat(refusedToken()).hasMessageContaining("deeper");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'access_token':'5ecret'}",
                "{\"access_token\":\"5ecret\"",
                "{\"access_token\":\"5ecret\"} {}",
                "{\"access_token\":5ecret}",
                "[\"5ecret\"]",
                "\"5ecret\"",
                "null",
                "",
                "{\"access_token\":\"5ecret\",}",
                "//5ecret\n{}",
                ")]}'\n{\"access_token\":\"5ecret\"}",
                "{\"access_token\":\"5ecret\", \"x\":NaN}",
                "{\"access_token\":\"5ecret\ttab\"}"
            })
    void t6_whatIsNotStrictJsonIsRefusedAndNotQuoted(String body) {
        stage.answers(body);

        Throwable refused = catchThrowable(() -> stage.client().request(ClientCredentialsGrant.of(READ)));
        assertThat(refused).isInstanceOf(InvalidResponseException.class).hasMessageContaining(HOST);
        for (Throwable each = refused; each != null; each = each.getCause()) {
            assertThat(String.valueOf(each.getMessage())).doesNotContain("5ecret");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "40", "70000", "99999999", "123456789012", "-5", "many", ""})
    void readsTheWholeBodyWhateverLengthTheHeaderClaims(String claimed) {
        stage.answers(Answer.json(200, granted(",\"x\":\"" + "y".repeat(20_000) + "\""))
                .header("Content-Length", claimed));

        assertThat(stage.client().request(ClientCredentialsGrant.of(READ)).members())
                .containsEntry("x", "y".repeat(20_000));
    }

    @Test
    void readsTextBeyondAscii() {
        String text = "\u00e9 \u20ac \ud83d\ude00 \ufffd";
        stage.answers(granted(",\"x\":\"" + text + "\""));

        assertThat(stage.client().request(ClientCredentialsGrant.of(READ)).members())
                .containsEntry("x", text);
    }

    @Test
    void t6_whatIsNotUtf8IsRefused() {
        byte[] body = granted(",\"x\":\"_\"").getBytes(StandardCharsets.ISO_8859_1);
        body[body.length - 3] = (byte) 0xe4;
        stage.answers(Answer.json(200, "").body(body));
        assertThat(refusedToken()).hasMessageContaining("UTF-8");
    }
}
