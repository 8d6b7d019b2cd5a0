package dev.latchkey.auth;

import dev.latchkey.auth.credential.RequestObjectSigner;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides which requests are signed, and signs them (RFC 9101, CIBA Core §7.1.1). */
final class RequestSigning {

    private static final String BACKCHANNEL = "backchannel_authentication_request_signing_alg_values_supported";

    private final Settings settings;

    RequestSigning(Settings settings) {
        this.settings = settings;
    }

    /** The signer of authorization requests; null if they are not signed, which the server must then allow. */
    @Nullable
    RequestObjectSigner ofAuthorization(AuthorizationServerMetadata server) {
        RequestObjectSigner signer = settings.requestObjects;
        if (signer == null) {
            if (server.requireSignedRequestObject()) {
                throw new ConfigurationException(
                        "requestObjects",
                        "is missing; " + server.issuer()
                                + " requires signed authorization requests (RFC 9101 §10.5), and a signer must be given"
                                + " with requestObjects(…)");
            }
            return null;
        }
        requireSupported(signer, server, "request_object_signing_alg_values_supported");
        return signer;
    }

    /** The signer of backchannel authentication requests: where the server says that it takes them signed, they are. */
    @Nullable
    RequestObjectSigner ofBackchannel(AuthorizationServerMetadata server) {
        RequestObjectSigner signer = settings.requestObjects;
        boolean offered = !server.texts(BACKCHANNEL).isEmpty();
        if (signer == null || !(offered || settings.security.signsRequests())) {
            return null;
        }
        requireSupported(signer, server, BACKCHANNEL);
        return signer;
    }

    String sign(RequestObjectSigner signer, Parameters parameters, AuthorizationServerMetadata server) {
        try {
            String object = signer.sign(parameters, settings.clientId, server);
            settings.security.checkRequestObject(object, server);
            return object;
        } catch (IOException e) {
            throw new TemporaryFailureException(
                    "The key that signs authorization requests cannot be had now; nothing was sent", true, null, e);
        } catch (OAuthException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ConfigurationException(
                    "requestObjects", "threw " + e.getClass().getName() + "; nothing was sent", null, e);
        }
    }

    private static void requireSupported(
            RequestObjectSigner signer, AuthorizationServerMetadata server, String member) {
        List<String> supported = server.texts(member);
        if (!supported.isEmpty() && !supported.contains(signer.algorithm())) {
            throw new ConfigurationException(
                    "requestObjects",
                    "signs by " + signer.algorithm() + ", and " + server.issuer() + " supports " + supported);
        }
    }
}
