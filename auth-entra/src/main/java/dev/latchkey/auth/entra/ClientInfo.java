package dev.latchkey.auth.entra;

import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.identity.IdTokenClaims;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Who signed in, as the member {@code client_info} says: base64url of JSON with {@code uid} and {@code utid}. */
final class ClientInfo {

    private static final int MAX_LENGTH = 8192;
    private static final Pattern UID = Pattern.compile("[0-9A-Za-z_-]{1,255}");

    private final String uid;
    private final String utid;
    private final String host;

    private ClientInfo(String uid, String utid, String host) {
        this.uid = uid;
        this.utid = utid;
        this.host = host;
    }

    static ClientInfo read(Object member, String host) {
        if (!(member instanceof String)) {
            throw invalid(host, "is not a text");
        }
        Map<String, String> texts = texts((String) member, host);
        String uid = texts.getOrDefault("uid", "");
        String utid = texts.getOrDefault("utid", "");
        // Both become part of a key and of an issuer, so nothing may be in them that means something there.
        if (!UID.matcher(uid).matches()) {
            throw invalid(host, "has no uid, or one that is no identifier");
        }
        if (!Tenancy.isGuid(utid)) {
            throw invalid(host, "has no utid, or one that is no GUID");
        }
        return new ClientInfo(
                Tenancy.isGuid(uid) ? uid.toLowerCase(Locale.ROOT) : uid, utid.toLowerCase(Locale.ROOT), host);
    }

    String subject() {
        return uid + "." + utid;
    }

    String utid() {
        return utid;
    }

    /**
     * Compares with what is signed. A guest has one identifier at home and another in the tenant that was asked, so the
     * two can only be compared at home; an authority that is shared by all tenants sends everybody home.
     */
    void check(IdTokenClaims claims, boolean home) {
        Optional<String> tid = claims.text("tid");
        Optional<String> oid = claims.text("oid");
        boolean sameTenant = tid.isPresent() && tid.get().equalsIgnoreCase(utid);
        require(!home || tid.isEmpty() || sameTenant, "names another tenant than tid of the ID token");
        require(
                !sameTenant || oid.isEmpty() || oid.get().equalsIgnoreCase(uid),
                "names another user than oid of the ID token");
    }

    void require(boolean holds, String problem) {
        if (!holds) {
            throw invalid(host, problem);
        }
    }

    private static Map<String, String> texts(String encoded, String host) {
        if (encoded.length() > MAX_LENGTH) {
            throw invalid(host, "is longer than " + MAX_LENGTH + " characters");
        }
        try {
            byte[] json = Base64.getUrlDecoder().decode(encoded);
            return JsonTexts.read(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(json))
                    .toString());
        } catch (IllegalArgumentException | CharacterCodingException e) {
            // The cause is left out: what it quotes may be about a person.
            throw invalid(host, "is not base64url of a JSON object");
        }
    }

    private static InvalidResponseException invalid(String host, String problem) {
        return new InvalidResponseException("client_info", host, problem);
    }
}
