package dev.latchkey.auth.credential;

import java.io.IOException;
import java.util.Objects;

/** The method {@code private_key_jwt} with an assertion that somebody else signs. */
final class AssertionAuthentication implements ClientAuthentication {

    private static final String TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private final AssertionSource source;

    AssertionAuthentication(AssertionSource source) {
        this.source = Objects.requireNonNull(source, "source");
    }

    @Override
    public String method() {
        return "private_key_jwt";
    }

    @Override
    public void authenticate(RequestDraft request) throws IOException {
        ClientAssertion assertion = source.assertion(request.server());
        request.parameter("client_id", request.clientId().value())
                .parameter("client_assertion_type", TYPE)
                .parameter("client_assertion", assertion.reveal());
    }

    @Override
    public String toString() {
        return "ClientAuthentication[" + method() + ", assertion from elsewhere]";
    }
}
