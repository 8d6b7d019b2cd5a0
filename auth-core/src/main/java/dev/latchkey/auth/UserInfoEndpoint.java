package dev.latchkey.auth;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.exchange.BackChannel;
import dev.latchkey.auth.http.AuthorizedTransport;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.identity.UserInfo;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Answer;
import dev.latchkey.auth.protocol.BackChannelRequests;
import dev.latchkey.auth.protocol.ErrorResponses;
import dev.latchkey.auth.protocol.UserInfos;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenProof;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Asks the server what it tells of a user, with the user's own token (OpenID Connect Core §5.3). */
final class UserInfoEndpoint {

    private static final String NAME = "userinfo_endpoint";
    private static final String JWT_TYPE = "application/jwt";

    private final Settings settings;
    private final SignedDocuments documents;
    private final Map<URI, AuthorizedTransport.Origins> byEndpoint = new ConcurrentHashMap<>();
    private final ServerDirectory directory;

    UserInfoEndpoint(Settings settings, ServerDirectory directory) {
        this.settings = settings;
        this.documents = new SignedDocuments(settings);
        this.directory = directory;
    }

    UserInfo fetch(TokenSource tokens, String subject) {
        AuthorizationServerMetadata server = directory.metadata();
        URI named = server.userinfoEndpoint().orElseThrow(() -> ServerDirectory.missing(NAME, server));
        // A token that is bound to a certificate goes where certificates are asked for.
        HttpTransport own = tokens.get(TokenOptions.NONE)
                .proof()
                .flatMap(TokenProof::transport)
                .orElse(null);
        URI endpoint = ServerForms.at(server, NAME, named, own);
        settings.backChannel.requireHttps(endpoint, NAME);
        boolean signed = documents.areRequired(SignedResponse.USERINFO);
        Answer answer = channel(tokens, endpoint)
                .sendForSigned(
                        BackChannelRequests.get(
                                endpoint, signed ? JWT_TYPE : "application/json", settings.requestTimeout()),
                        NAME,
                        JWT_TYPE);
        if (answer.status() != 200) {
            throw settings.refusal(ErrorResponses.decode(answer, settings.clock.instant()), "");
        }
        String jwt = answer.jwt().orElse(null);
        if (jwt == null) {
            if (signed) {
                throw new InvalidResponseException(
                        "content-type", answer.host(), "must be " + JWT_TYPE + "; the answer is not signed");
            }
            return UserInfos.decode(answer.host(), answer.members(), subject);
        }
        Map<String, Object> claims = documents
                .claims(SignedResponse.USERINFO, jwt, server, answer.host())
                .asMap();
        UserInfos.checkSigned(answer.host(), claims, server, settings.clientId.value());
        return UserInfos.decode(answer.host(), claims, subject);
    }

    /** Presents the token as any resource gets it, with its proof if it is bound. */
    private BackChannel channel(TokenSource tokens, URI endpoint) {
        // The endpoint is one, or two with the one for certificates; what is kept for it are its nonces.
        AuthorizedTransport.Origins origins = AuthorizedTransport.over(settings.transport(), UserInfoEndpoint::nobodys);
        AuthorizedTransport.Origins known = byEndpoint.computeIfAbsent(
                endpoint,
                uri -> "https".equalsIgnoreCase(uri.getScheme())
                        ? origins.and(uri)
                        : origins.dangerouslyAndLoopbackHttp(uri));
        return settings.backChannel.over(known.tokens(tokens).build());
    }

    private static AccessToken nobodys() {
        throw new IllegalStateException("Each request has its own source of tokens");
    }
}
