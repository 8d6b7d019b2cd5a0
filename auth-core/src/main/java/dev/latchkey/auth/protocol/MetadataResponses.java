package dev.latchkey.auth.protocol;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import java.time.Instant;

/** Decodes a metadata document (RFC 8414 §3.2, §3.3). */
public final class MetadataResponses {

    private MetadataResponses() {}

    /**
     * Decodes and checks a document.
     *
     * @param answer what came from the location
     * @param discovery what was asked for
     * @param now for a {@code Retry-After} that is a date
     * @return the metadata
     * @throws ConfigurationException if there is no document there
     * @throws TemporaryFailureException if the server is overloaded or broken for now
     * @throws InvalidResponseException if the document is malformed or names another issuer
     */
    public static AuthorizationServerMetadata decode(Answer answer, Discovery discovery, Instant now) {
        if (answer.status() != 200) {
            throw refusal(ErrorResponses.decode(answer, now), discovery);
        }
        String issuer = answer.requiredText("issuer");
        if (!discovery.accepts(issuer)) {
            throw new InvalidResponseException(
                    "issuer",
                    answer.host(),
                    "the document names another issuer than expected, which is " + discovery.expectation()
                            + " (RFC 8414 §3.3 compares character by character)");
        }
        try {
            return AuthorizationServerMetadata.of(answer.members());
        } catch (IllegalArgumentException e) {
            throw new InvalidResponseException("metadata", answer.host(), String.valueOf(e.getMessage()), null, e);
        }
    }

    private static OAuthException refusal(ServerError error, Discovery discovery) {
        int status = error.status();
        if (status == 408 || status == 429 || status >= 500) {
            return new TemporaryFailureException(
                    "No metadata now (" + error + "); nothing else was sent, so wait and try again", true, error, null);
        }
        return new ConfigurationException(
                "issuer",
                "no metadata at " + discovery.location().map(Object::toString).orElse("")
                        + " (status " + status + "); check the issuer, try the other well-known location, say where it"
                        + " is with AuthorizationServer.at(…), or give the metadata by hand",
                error,
                null);
    }
}
