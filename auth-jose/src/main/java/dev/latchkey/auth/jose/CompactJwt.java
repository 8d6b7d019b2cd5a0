package dev.latchkey.auth.jose;

import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A JWT in compact form, taken apart and not verified: three parts if it is signed, five if it is encrypted. */
final class CompactJwt {

    /** How long a JWT may be. One with many groups has some tens of thousands of characters. */
    static final int MAX_LENGTH = 256 * 1024;

    private final String text;
    private final byte[] ascii;
    // Where the dots are, and where the text ends.
    private final int[] ends;
    private final JoseHeader header;

    private CompactJwt(String text, byte[] ascii, int[] ends, JoseHeader header) {
        this.text = text;
        this.ascii = ascii;
        this.ends = ends;
        this.header = header;
    }

    static CompactJwt parse(String text) throws JoseFault {
        if (text.length() > MAX_LENGTH) {
            throw new JoseFault("is longer than " + MAX_LENGTH + " characters");
        }
        int[] ends = new int[5];
        int parts = 0;
        for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) {
            if (parts == 4) {
                throw new JoseFault("is not a JWT: it has more than five parts");
            }
            ends[parts++] = dot;
        }
        ends[parts++] = text.length();
        if (parts != 3 && parts != 5) {
            throw new JoseFault("is not a JWT: it has neither three parts nor five");
        }
        byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
        JoseHeader header = JoseHeader.parse(Base64Url.decode(ascii, 0, ends[0]));
        return new CompactJwt(text, ascii, Arrays.copyOf(ends, parts), header);
    }

    JoseHeader header() {
        return header;
    }

    boolean isEncrypted() {
        return ends.length == 5;
    }

    String text() {
        return text;
    }

    /** A part's bytes. */
    byte[] part(int index) throws JoseFault {
        return Base64Url.decode(ascii, index == 0 ? 0 : ends[index - 1] + 1, ends[index]);
    }

    /** A part as it stands in the text. */
    String encodedPart(int index) {
        return text.substring(index == 0 ? 0 : ends[index - 1] + 1, ends[index]);
    }

    /** What is signed (RFC 7515 §5.1). */
    byte[] signingInput() {
        return Arrays.copyOf(ascii, ends[1]);
    }

    /** The claims of a signed JWT, which mean nothing until its signature is verified. */
    Map<String, Object> claims() throws JoseFault {
        return claims(part(1), null);
    }

    /** The same, where one claim may be there more than once if it says the same each time. */
    Map<String, Object> claimsRepeating(@Nullable String claim) throws JoseFault {
        return claims(part(1), claim);
    }

    private static Map<String, Object> claims(byte[] json, @Nullable String repeated) throws JoseFault {
        Map<String, @Nullable Object> members;
        try {
            members = repeated == null ? Json.object(json) : Json.objectRepeating(json, repeated);
        } catch (JsonFault e) {
            throw new JoseFault("has bad claims: " + e.field() + " " + e.problem());
        }
        Map<String, Object> present = new LinkedHashMap<>(2 * members.size());
        members.forEach((name, value) -> {
            if (value != null) {
                present.put(name, value);
            }
        });
        return present;
    }
}
