package dev.latchkey.auth.server;

import java.util.List;
import java.util.Objects;

/**
 * How strict a client is, as a value: what is weaker than the profile is refused here, before a byte is sent, with the
 * clause that forbids it. Immutable.
 *
 * <p>The profiles are ordered: each demands what the one before it demands, and more. What TLS negotiates is the
 * transport's; nothing here looks at it.
 */
public final class SecurityProfile {

    /**
     * Accepts what OAuth 2.1 has removed or forbids and some servers still need: the password grant, and a token response
     * without {@code token_type}, which is then taken for a bearer token. Nothing else is weaker than {@link #OAUTH2_1}.
     */
    public static final SecurityProfile LENIENT = new SecurityProfile("LENIENT", 0);

    /** OAuth 2.1 and RFC 9700, as the client does by default. */
    public static final SecurityProfile OAUTH2_1 = new SecurityProfile("OAUTH2_1", 1);

    /**
     * The FAPI 2.0 Security Profile: metadata from the server itself, a confidential client with {@code private_key_jwt} or
     * mTLS, sender-constrained tokens, pushed authorization requests, {@code iss} in every answer of the browser, and no
     * signature but PS256, ES256 and Ed25519.
     */
    public static final SecurityProfile FAPI2 = new SecurityProfile("FAPI2", 2);

    /**
     * FAPI 2.0 Message Signing on top of {@link #FAPI2}: authorization requests are signed (JAR), and so are their answers
     * (JARM). A client that asks for no response mode asks for {@code jwt}.
     */
    public static final SecurityProfile FAPI2_MESSAGE_SIGNING = new SecurityProfile("FAPI2_MESSAGE_SIGNING", 3);

    private static final List<SecurityProfile> ALL = List.of(LENIENT, OAUTH2_1, FAPI2, FAPI2_MESSAGE_SIGNING);

    private final String name;
    private final int rank;

    private SecurityProfile(String name, int rank) {
        this.name = name;
        this.rank = rank;
    }

    /**
     * Finds a profile by its name, for settings that come from a file.
     *
     * @param name the constant's name, such as {@code FAPI2}
     * @return the profile
     * @throws IllegalArgumentException if there is none of that name; the message names those there are
     */
    public static SecurityProfile of(String name) {
        for (SecurityProfile each : ALL) {
            if (each.name.equals(Objects.requireNonNull(name, "name"))) {
                return each;
            }
        }
        throw new IllegalArgumentException("name must be one of " + ALL);
    }

    /**
     * Tells the profile's name.
     *
     * @return the constant's name
     */
    public String name() {
        return name;
    }

    /**
     * Tells whether this profile demands at least what another does.
     *
     * @param other the other profile
     * @return true if this one is the same or stricter
     */
    public boolean includes(SecurityProfile other) {
        return rank >= other.rank;
    }

    @Override
    public String toString() {
        return name;
    }
}
