package dev.latchkey.auth.atproto;

import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A service, as the DID whose document names it and the fragment that it has there. Strangers write these, of any length: what repeats is
 * read in a loop, since a group that repeats in a pattern takes the stack.
 */
final class ServiceReference {

    private static final String WEB = "did:web:";
    // RFC 3986, section 3.5, without what is escaped.
    private static final Pattern FRAGMENT = Pattern.compile("[A-Za-z0-9._~!$&'()*+,;=:@/?%-]+");
    private static final Pattern ESCAPED = Pattern.compile("[0-9A-Fa-f]{2}");
    private static final Pattern SIMPLE = Pattern.compile("[A-Za-z0-9._:-]+");
    private static final Pattern PLC = Pattern.compile("did:plc:[a-z2-7]{24}");
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]+|0[xX][0-9A-Fa-f]*");
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
        if (hash < 0 || !isFragment(text.substring(hash + 1))) {
            return false;
        }
        String did = text.substring(0, hash);
        return isDid(did) && (PLC.matcher(did).matches() || isHost(did));
    }

    private static boolean isHost(String did) {
        var localhost = LOCALHOST.matcher(did);
        return localhost.matches()
                ? Integer.parseInt(localhost.group(1)) <= 0xffff
                : WEB_ADDRESS.matcher(did).matches() || (did.startsWith(WEB) && isName(did.substring(WEB.length())));
    }

    /** A name that ends in a number is an address, or nothing. */
    private static boolean isName(String host) {
        String[] labels = (host.endsWith(".") ? host.substring(0, host.length() - 1) : host).split("\\.", -1);
        return Stream.of(labels).allMatch(label -> LABEL.matcher(label).matches())
                && !NUMBER.matcher(labels[labels.length - 1]).matches();
    }

    private static boolean isFragment(String text) {
        if (!FRAGMENT.matcher(text).matches()) {
            return false;
        }
        for (int at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 1)) {
            if (at + 3 > text.length()
                    || !ESCAPED.matcher(text.substring(at + 1, at + 3)).matches()) {
                return false;
            }
        }
        return true;
    }

    private static boolean isDid(String text) {
        try {
            return !Did.of(text).toString().isEmpty();
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
