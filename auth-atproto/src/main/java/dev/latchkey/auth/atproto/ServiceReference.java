package dev.latchkey.auth.atproto;

import java.util.regex.Pattern;

/** A service, as the DID whose document names it and the fragment that it has there. */
final class ServiceReference {

    // RFC 3986, section 3.5.
    private static final Pattern FRAGMENT = Pattern.compile("([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})+");
    private static final Pattern SIMPLE = Pattern.compile("[A-Za-z0-9._:-]+");
    private static final Pattern PLC = Pattern.compile("did:plc:[a-z2-7]{24}");
    private static final String LABEL = "[A-Za-z0-9_-]+";
    // A name that ends in a number is an address, or nothing.
    private static final Pattern WEB =
            Pattern.compile("did:web:(" + LABEL + "\\.)*(?![0-9]+\\.?$|0[xX][0-9A-Fa-f]*\\.?$)" + LABEL + "\\.?");
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private static final Pattern WEB_ADDRESS = Pattern.compile("did:web:(" + BYTE + "\\.){3}" + BYTE);
    private static final Pattern LOCALHOST = Pattern.compile("did:web:localhost%3A([0-9]{1,5})");

    private ServiceReference() {}

    /** A service of any DID. */
    static boolean is(String text) {
        int hash = text.indexOf('#');
        return hash > 0 && SIMPLE.matcher(text.substring(hash + 1)).matches() && isDid(text.substring(0, hash));
    }

    /** A service by whose name the servers know an audience: of a {@code did:plc}, or of a {@code did:web} that is a host alone. */
    static boolean isAudience(String text) {
        int hash = text.indexOf('#');
        if (hash < 0 || !FRAGMENT.matcher(text.substring(hash + 1)).matches()) {
            return false;
        }
        String did = text.substring(0, hash);
        return isDid(did) && (PLC.matcher(did).matches() || isHost(did));
    }

    private static boolean isHost(String did) {
        var localhost = LOCALHOST.matcher(did);
        return localhost.matches()
                ? Integer.parseInt(localhost.group(1)) <= 0xffff
                : WEB.matcher(did).matches() || WEB_ADDRESS.matcher(did).matches();
    }

    private static boolean isDid(String text) {
        try {
            return !Did.of(text).toString().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
