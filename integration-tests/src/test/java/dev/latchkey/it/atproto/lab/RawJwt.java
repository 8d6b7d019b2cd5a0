package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;

/** A JWT about which nothing is checked: whatever its header says, P-256 makes the signature. */
final class RawJwt {

    final JsonObject header = new JsonObject();
    final JsonObject claims = new JsonObject();
    ECKey key;

    RawJwt(ECKey key) {
        this.key = key;
    }

    String signed() {
        Base64URL encodedHeader = Base64URL.encode(header.toString());
        Base64URL encodedClaims = Base64URL.encode(claims.toString());
        String input = encodedHeader + "." + encodedClaims;
        try {
            Base64URL signature = new ECDSASigner(key)
                    .sign(new JWSHeader(JWSAlgorithm.ES256), input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + signature;
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static ECKey newKey(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static JsonObject publicJwk(ECKey key) {
        JsonObject jwk = JsonParser.parseString(key.toPublicJWK().toString()).getAsJsonObject();
        jwk.remove("kid");
        return jwk;
    }

    static JsonObject privateJwk(ECKey key) {
        return JsonParser.parseString(key.toString()).getAsJsonObject();
    }
}
