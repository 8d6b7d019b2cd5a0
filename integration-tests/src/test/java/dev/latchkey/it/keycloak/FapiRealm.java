package dev.latchkey.it.keycloak;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.KeyUse;
import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.TlsCredential;
import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.jose.Dpop;
import dev.latchkey.auth.jose.JoseIdTokens;
import dev.latchkey.auth.jose.JwtAuthentication;
import dev.latchkey.auth.jose.RequestObjects;
import dev.latchkey.auth.jose.ServerKeys;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.jose.VerifierQuirk;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.it.Transport;
import dev.latchkey.it.browser.SignInPages;
import dev.latchkey.it.keycloak.AuthenticationChannel.Asked;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The clients of {@code fapi-realm.json}, each under one of Keycloak's own FAPI 2.0 policies, and their keys, which are made for a
 * run and registered with it: the policy looks at the registration too.
 */
public final class FapiRealm {

    static final String NAME = "fapi";
    static final Scopes OPENID = Scopes.of("openid", "profile");
    static final URI REDIRECT = URI.create("https://app.example.com/callback");

    private static final String ID = "6d1f3c1e-0000-4000-8000-00000000000";
    private static final Map<String, String> IDS = Map.of(
            "dpop-app",
            ID + 1,
            "mtls-app",
            ID + 2,
            "signing-app",
            ID + 3,
            "mtls-signing-app",
            ID + 4,
            "tv-app",
            ID + 6,
            "ciba-app",
            ID + 8,
            "jwt-tls-app",
            ID + 9);

    private final KeycloakServer keycloak;
    private final HttpClient http;
    private final SigningKey key;
    private final String publicKeys;

    private FapiRealm(KeycloakServer keycloak, KeyPair pair) {
        this.keycloak = keycloak;
        this.http = HttpClient.newBuilder().sslContext(keycloak.trust()).build();
        this.key = SigningKey.of(pair).algorithm("ES256").keyId("of-this-run").build();
        this.publicKeys = "{\"keys\":["
                + new ECKey.Builder(Curve.P_256, (ECPublicKey) pair.getPublic())
                        .keyID("of-this-run")
                        .keyUse(KeyUse.SIGNATURE)
                        .build()
                        .toJSONString()
                + "]}";
    }

    static FapiRealm register(KeycloakServer keycloak) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            FapiRealm realm = new FapiRealm(keycloak, generator.generateKeyPair());
            for (String client :
                    List.of("dpop-app", "signing-app", "mtls-signing-app", "tv-app", "ciba-app", "jwt-tls-app")) {
                HttpResponse<String> answer = realm.change(client, Map.of("jwks.string", realm.publicKeys));
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(204);
            }
            return realm;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JDK makes no EC keys", e);
        }
    }

    /** Changes attributes of a client's registration, which its policy may refuse. */
    HttpResponse<String> change(String client, Map<String, String> attributes) {
        URI registration = keycloak.plainAdmin(NAME, "/clients/" + IDS.get(client));
        String token = "Bearer " + registrar();
        JsonObject representation = JsonParser.parseString(
                        send(HttpRequest.newBuilder(registration).header("Authorization", token))
                                .body())
                .getAsJsonObject();
        attributes.forEach(
                (name, value) -> representation.getAsJsonObject("attributes").addProperty(name, value));
        return send(HttpRequest.newBuilder(registration)
                .header("Authorization", token)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(representation.toString())));
    }

    private String registrar() {
        return token(
                keycloak.plainIssuer(NAME),
                "grant_type=client_credentials&client_id=registrar&client_secret=registrar-secret");
    }

    /** A bearer token for {@code dpop-app} that another client got for a user. */
    AccessToken fronts(String username) {
        return AccessToken.bearer(token(
                keycloak.issuer(NAME),
                "grant_type=password&client_id=front&client_secret=front-secret&scope=openid&username=" + username
                        + "&password=" + username + "-password"));
    }

    private String token(URI issuer, String form) {
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(issuer + "/protocol/openid-connect/token"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonParser.parseString(answer.body())
                .getAsJsonObject()
                .get("access_token")
                .getAsString();
    }

    /** Answers what a user was asked on a device of her own, as the device does. */
    void answer(Asked asked, String status) {
        URI callback = URI.create(issuer() + "/protocol/openid-connect/ext/ciba/auth/callback");
        assertThat(send(HttpRequest.newBuilder(callback)
                                .header("Authorization", asked.authorization())
                                .header("Content-Type", "application/json")
                                .POST(BodyPublishers.ofString("{\"status\":\"" + status + "\"}")))
                        .statusCode())
                .isEqualTo(200);
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return http.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError("Keycloak does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while Keycloak was asked", e);
        }
    }

    String issuer() {
        return keycloak.issuer(NAME).toString();
    }

    SigningKey key() {
        return key;
    }

    ClientAuthentication privateKeyJwt() {
        return JwtAuthentication.privateKey(key);
    }

    SignInPages pages() {
        return new SignInPages(keycloak.trust());
    }

    /** {@code private_key_jwt} and DPoP under {@code fapi-2-dpop-security-profile}. */
    OAuthClientBuilder dpop(HttpTransport transport) {
        return client("dpop-app", privateKeyJwt(), transport)
                .binding(Dpop.create())
                .security(SecurityProfile.FAPI2);
    }

    /** Puts up with the issuer that Keycloak repeats in its signed answers. */
    static JoseIdTokens quirky(HttpTransport transport) {
        return JoseIdTokens.builder(ServerKeys.fetchedOver(transport))
                .quirk(VerifierQuirk.ISSUER_REPEATED_IN_AUTHORIZATION_RESPONSES)
                .build();
    }

    /** {@code private_key_jwt} and DPoP with a device, under no policy: each of them wants PKCE of devices too. */
    OAuthClientBuilder device(HttpTransport transport) {
        return client("tv-app", privateKeyJwt(), transport)
                .binding(Dpop.create())
                .security(SecurityProfile.FAPI2);
    }

    /** {@code private_key_jwt}, DPoP, JAR and JARM under {@code fapi-2-dpop-message-signing}. */
    OAuthClientBuilder signing(HttpTransport transport) {
        return client("signing-app", privateKeyJwt(), transport)
                .binding(Dpop.create())
                .requestObjects(RequestObjects.signedBy(key))
                .idTokens(quirky(transport))
                .security(SecurityProfile.FAPI2_MESSAGE_SIGNING);
    }

    /** CIBA with {@code private_key_jwt}, DPoP and signed requests under {@code fapi-ciba}. */
    OAuthClientBuilder ciba(HttpTransport transport) {
        return client("ciba-app", privateKeyJwt(), transport)
                .binding(Dpop.create())
                .requestObjects(RequestObjects.signedBy(key))
                .security(SecurityProfile.FAPI2);
    }

    /** {@code private_key_jwt} for the client, and mTLS for its tokens, under {@code fapi-2-security-profile}. */
    OAuthClientBuilder jwtWithTls(HttpTransport transport, TlsCredential credential) {
        return client("jwt-tls-app", privateKeyJwt(), transport)
                .binding(TokenBinding.certificate(credential))
                .security(SecurityProfile.FAPI2);
    }

    /** mTLS for the client and for its tokens under {@code fapi-2-security-profile}. */
    OAuthClientBuilder tls(HttpTransport transport, TlsCredential credential) {
        return client("mtls-app", ClientAuthentication.tls(credential), transport)
                .binding(TokenBinding.certificate(credential))
                .security(SecurityProfile.FAPI2);
    }

    /** mTLS, JAR and JARM under {@code fapi-2-message-signing}, with the issuer in signed answers once. */
    OAuthClientBuilder signingTls(HttpTransport transport, TlsCredential credential) {
        return client("mtls-signing-app", ClientAuthentication.tls(credential), transport)
                .binding(TokenBinding.certificate(credential))
                .requestObjects(RequestObjects.signedBy(key))
                .security(SecurityProfile.FAPI2_MESSAGE_SIGNING);
    }

    /** The certificate of one who was issued one, on a transport that presents it. */
    TlsCredential credential(String name, Transport kind) {
        return TlsCredential.of(keycloak.authority().chain(name), kind.trusting(keycloak.trustPresenting(name)));
    }

    /** Any client of the realm. */
    OAuthClientBuilder client(String id, ClientAuthentication authentication, HttpTransport transport) {
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.openId(issuer()))
                .client(ClientId.of(id), authentication)
                .idTokens(JoseIdTokens.create(transport));
    }
}
