package dev.latchkey.auth;

import dev.latchkey.auth.credential.RequestKind;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.Introspections;
import dev.latchkey.auth.spi.TransportRequest;
import dev.latchkey.auth.token.TokenIntrospection;
import java.net.URI;
import java.util.Map;

/** Asks the server what it knows of a token (RFC 7662), with an answer that is signed if the client wants one (RFC 9701). */
final class IntrospectionEndpoint {

    private static final String NAME = "introspection_endpoint";

    private final Settings settings;
    private final SignedDocuments documents;
    private final ServerDirectory directory;
    private final TokenEndpoint tokenEndpoint;
    private final Bindings bindings;

    IntrospectionEndpoint(Settings settings, ServerDirectory directory, TokenEndpoint tokenEndpoint) {
        this.settings = settings;
        this.documents = new SignedDocuments(settings);
        this.directory = directory;
        this.tokenEndpoint = tokenEndpoint;
        this.bindings = new Bindings(settings);
    }

    TokenIntrospection introspect(Parameters parameters) {
        AuthorizationServerMetadata server = directory.metadata();
        URI endpoint = server.introspectionEndpoint().orElseThrow(() -> ServerDirectory.missing(NAME, server));
        boolean signed = documents.areRequired(SignedResponse.INTROSPECTION);
        ServerForms forms = tokenEndpoint.forms();
        Answer answer = forms.send(
                forms.make(
                        RequestKind.INTROSPECTION,
                        endpoint,
                        NAME,
                        server,
                        parameters,
                        RequestOptions.NONE,
                        bindings.certificate(server)),
                (channel, request) ->
                        channel.sendForSigned(signed ? accepting(request) : request, NAME, Introspections.JWT_TYPE));
        if (answer.status() != 200) {
            throw tokenEndpoint.refusal(answer, "");
        }
        String jwt = answer.jwt().orElse(null);
        if (jwt == null) {
            if (signed) {
                throw new InvalidResponseException(
                        "content-type",
                        answer.host(),
                        "must be " + Introspections.JWT_TYPE + "; the answer is not signed");
            }
            return Introspections.decode(answer.host(), answer.members());
        }
        Map<String, Object> claims = documents
                .claims(SignedResponse.INTROSPECTION, jwt, server, answer.host())
                .asMap();
        return Introspections.decode(
                answer.host(),
                Introspections.signed(
                        answer.host(),
                        claims,
                        server,
                        settings.clientId.value(),
                        settings.clock.instant().plus(settings.clockSkew)));
    }

    private static TransportRequest accepting(TransportRequest request) {
        return request.toBuilder().header("Accept", Introspections.JWT_TYPE).build();
    }
}
