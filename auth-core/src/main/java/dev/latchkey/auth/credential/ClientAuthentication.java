package dev.latchkey.auth.credential;

import dev.latchkey.auth.spi.HttpTransport;
import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a client proves who it is, on requests that it sends straight to the authorization server (RFC 6749 §2.3).
 *
 * <p>A strategy over the request's parameters and headers. It is called afresh for every attempt, so that a secret that
 * was rotated, or an assertion that may be used only once, is fetched anew. Implementations are safe for use by any
 * number of threads at once, and print no secret.
 */
public interface ClientAuthentication {

    /**
     * Tells the method by its registered name.
     *
     * @return a value of {@code token_endpoint_auth_method}, such as {@code client_secret_basic} (RFC 7591 §2)
     */
    String method();

    /**
     * Adds what proves the client's identity to a request that is about to be sent.
     *
     * @param request the request, which knows its endpoint, its server and its client
     * @throws IOException if the credential cannot be had now
     */
    void authenticate(RequestDraft request) throws IOException;

    /**
     * Tells the algorithm that assertions are signed with, which a security profile may restrict.
     *
     * @return a name such as {@code PS256} (RFC 7518 §3.1); nothing if the method signs nothing
     */
    default Optional<String> signingAlgorithm() {
        return Optional.empty();
    }

    /**
     * Gives the transport whose connections are the authentication.
     *
     * @return the transport that requests to the server must go over, or nothing if any will do
     */
    default Optional<HttpTransport> transport() {
        return Optional.empty();
    }

    /**
     * A public client, which only names itself.
     *
     * @return the method {@code none}
     */
    static ClientAuthentication none() {
        return SecretAuthentication.none();
    }

    /**
     * A secret in the {@code Authorization} header. Client id and secret are form-encoded first, as RFC 6749 §2.3.1 says.
     *
     * @param secret the secret
     * @return the method {@code client_secret_basic}
     */
    static ClientAuthentication secretBasic(ClientSecret secret) {
        Objects.requireNonNull(secret, "secret");
        return secretBasic(() -> secret);
    }

    /**
     * A secret in the {@code Authorization} header, fetched for every attempt.
     *
     * @param secret gives the secret that is valid now
     * @return the method {@code client_secret_basic}
     */
    static ClientAuthentication secretBasic(Supplier<ClientSecret> secret) {
        return SecretAuthentication.basic(secret, true);
    }

    /**
     * Quirk: a secret in the {@code Authorization} header without the form encoding that RFC 6749 §2.3.1 asks for, for
     * servers that do not decode it. It makes a difference only to ids and secrets with characters beyond letters, digits
     * and {@code - . _ *}.
     *
     * @param secret gives the secret that is valid now
     * @return the method {@code client_secret_basic}, without form encoding
     */
    static ClientAuthentication secretBasicWithoutFormEncoding(Supplier<ClientSecret> secret) {
        return SecretAuthentication.basic(secret, false);
    }

    /**
     * A secret among the parameters.
     *
     * @param secret the secret
     * @return the method {@code client_secret_post}
     */
    static ClientAuthentication secretPost(ClientSecret secret) {
        Objects.requireNonNull(secret, "secret");
        return secretPost(() -> secret);
    }

    /**
     * A secret among the parameters, fetched for every attempt.
     *
     * @param secret gives the secret that is valid now
     * @return the method {@code client_secret_post}
     */
    static ClientAuthentication secretPost(Supplier<ClientSecret> secret) {
        return SecretAuthentication.post(secret);
    }

    /**
     * An assertion that somebody else signs, fetched for every attempt: federated credentials, workload identity.
     *
     * @param source gives the assertion that is valid now
     * @return the method {@code private_key_jwt}
     */
    static ClientAuthentication assertion(AssertionSource source) {
        return new AssertionAuthentication(source);
    }

    /**
     * A certificate that an authority has signed, on every connection to the server (RFC 8705 §2.1).
     *
     * @param credential the certificate and the transport that presents it
     * @return the method {@code tls_client_auth}
     */
    static ClientAuthentication tls(TlsCredential credential) {
        return new TlsAuthentication("tls_client_auth", credential);
    }

    /**
     * A certificate that is registered at the server itself, whoever signed it (RFC 8705 §2.2).
     *
     * @param credential the certificate and the transport that presents it
     * @return the method {@code self_signed_tls_client_auth}
     */
    static ClientAuthentication selfSignedTls(TlsCredential credential) {
        return new TlsAuthentication("self_signed_tls_client_auth", credential);
    }
}
