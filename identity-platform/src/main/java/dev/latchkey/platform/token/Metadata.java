package dev.latchkey.platform.token;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.latchkey.platform.directory.GrantType;
import java.util.Arrays;

/** Authorization server metadata (RFC 8414, OpenID Connect Discovery). */
public final class Metadata {
    private final String base;

    /**
     * The metadata of a platform.
     *
     * @param base the platform's base, without a slash at its end
     */
    public Metadata(String base) {
        this.base = base;
    }

    /**
     * The document of an authority.
     *
     * @param authority the authority
     * @return the JSON text
     */
    public String of(Authority authority) {
        JsonObject json = new JsonObject();
        json.addProperty("issuer", authority.metadataIssuer(base));
        if (authority.isMicrosoft()) {
            String root = base + "/" + authority.segment();
            endpoints(json, root + "/oauth2/v2.0/authorize", root + "/oauth2/v2.0/token");
            json.addProperty("device_authorization_endpoint", root + "/oauth2/v2.0/devicecode");
            json.addProperty("end_session_endpoint", root + "/oauth2/v2.0/logout");
            json.addProperty("jwks_uri", root + "/discovery/v2.0/keys");
            json.addProperty("userinfo_endpoint", base + "/oidc/userinfo");
            json.addProperty("cloud_instance_name", base.substring(base.indexOf("://") + 3));
            json.addProperty("msgraph_host", base.substring(base.indexOf("://") + 3));
        } else {
            endpoints(json, base + "/authorize", base + "/token");
            json.addProperty("device_authorization_endpoint", base + "/device_authorization");
            json.addProperty("end_session_endpoint", base + "/logout");
            json.addProperty("jwks_uri", base + "/jwks");
            json.addProperty("userinfo_endpoint", base + "/userinfo");
            json.addProperty("revocation_endpoint", base + "/revoke");
            json.add("revocation_endpoint_auth_methods_supported", authenticationMethods());
            // Microsoft accepts S256, but does not say so
            json.add("code_challenge_methods_supported", array("S256"));
            json.addProperty("authorization_response_iss_parameter_supported", true);
            json.add(
                    "grant_types_supported",
                    array(Arrays.stream(GrantType.values())
                            .map(GrantType::value)
                            .toArray(String[]::new)));
        }
        json.add("response_types_supported", array("code"));
        json.add("response_modes_supported", array("query", "fragment", "form_post"));
        json.add("subject_types_supported", array(authority.isMicrosoft() ? "pairwise" : "public"));
        json.add("id_token_signing_alg_values_supported", array("RS256"));
        json.add("scopes_supported", array("openid", "profile", "email", "offline_access"));
        json.add("token_endpoint_auth_methods_supported", authenticationMethods());
        json.addProperty("claims_parameter_supported", true);
        json.addProperty("request_parameter_supported", false);
        json.addProperty("request_uri_parameter_supported", false);
        return json.toString();
    }

    private static JsonArray authenticationMethods() {
        return array("client_secret_basic", "client_secret_post", "none");
    }

    private static void endpoints(JsonObject json, String authorize, String token) {
        json.addProperty("authorization_endpoint", authorize);
        json.addProperty("token_endpoint", token);
    }

    private static JsonArray array(String... values) {
        JsonArray array = new JsonArray();
        for (String value : values) {
            array.add(value);
        }
        return array;
    }
}
