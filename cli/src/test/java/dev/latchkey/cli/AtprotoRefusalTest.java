package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.latchkey.auth.atproto.Xrpc;
import dev.latchkey.auth.atproto.XrpcException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which refusals of a call another login can mend. */
class AtprotoRefusalTest {

    private static HttpTransport answering(int status, String error, String challenge) {
        return new HttpTransport() {
            @Override
            public TransportResponse send(TransportRequest request) {
                return TransportResponse.of(
                        status,
                        TransportHeaders.builder()
                                .add("WWW-Authenticate", challenge)
                                .build(),
                        new ByteArrayInputStream(("{\"error\":\"" + error + "\"}").getBytes(StandardCharsets.UTF_8)),
                        () -> {});
            }
        };
    }

    @ParameterizedTest
    @CsvSource({
        "401, invalid_token, 'DPoP realm=\"x\"', true",
        "401, InvalidToken, DPoP, true",
        "401, ExpiredToken, DPoP, true",
        "401, Unknown, 'DPoP error=\"invalid_token\"', true",
        "401, Unknown, 'DPoP error = invalid_token', true",
        "401, Unknown, 'Bearer, DPoP algs=\"ES256\", error=\"invalid_token\"', true",
        "401, Unknown, 'DPoP realm=\"not error=\\\"invalid_token\\\"\"', false",
        "401, AccountTakedown, DPoP, false",
        "401, AccountDeactivated, DPoP, false",
        "400, InvalidToken, DPoP, false",
        "403, invalid_token, 'DPoP error=\"invalid_token\"', false"
    })
    void onlyOneOfTheTokenIsMendedByALogin(int status, String error, String challenge, boolean mended) {
        XrpcException refusal = catchThrowableOfType(
                XrpcException.class,
                () -> Xrpc.over(answering(status, error, challenge), URI.create("https://pds.example"))
                        .query("com.example.get", Parameters.NONE));

        assertThat(AtprotoGetCommand.isMendedByLogin(refusal)).isEqualTo(mended);
    }
}
