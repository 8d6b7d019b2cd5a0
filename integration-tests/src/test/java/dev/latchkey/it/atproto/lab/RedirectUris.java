package dev.latchkey.it.atproto.lab;

import java.net.URI;
import java.util.List;

/** Where a client may be sent back to. Immutable. */
final class RedirectUris {

    private final List<String> uris;
    private final boolean development;

    private RedirectUris(List<String> uris, boolean development) {
        this.uris = uris;
        this.development = development;
    }

    /** Those of a document, if all have a form that is allowed. */
    static RedirectUris of(List<String> uris, boolean isNative, URI client) throws Refusal {
        boolean good =
                !uris.isEmpty() && uris.stream().allMatch(uri -> isNative ? nativeForm(uri, client) : webForm(uri));
        Refusal.unless(good, Rule.CLIENT_REDIRECT_URIS, "invalid_client_metadata");
        return new RedirectUris(uris, false);
    }

    /** Those of a client at http://localhost. */
    static RedirectUris development(List<String> uris) throws Refusal {
        Refusal.unless(
                uris.stream().allMatch(RedirectUris::loopback), Rule.LOCALHOST_REDIRECT, "invalid_client_metadata");
        return new RedirectUris(uris, true);
    }

    private static boolean webForm(String text) {
        URI uri = URI.create(text);
        return "https".equals(uri.getScheme())
                && uri.getHost() != null
                && uri.getUserInfo() == null
                && uri.getFragment() == null
                && !uri.getHost().equals("localhost");
    }

    private static boolean nativeForm(String text, URI client) {
        URI uri = URI.create(text);
        if ("https".equals(uri.getScheme())) {
            return webForm(text) && String.valueOf(client.getHost()).equals(uri.getHost()) && uri.getPort() < 0;
        }
        return loopback(text) || ownScheme(uri, String.valueOf(client.getHost()));
    }

    /** The host of client_id backwards, a colon, and one slash. */
    private static boolean ownScheme(URI uri, String host) {
        StringBuilder reversed = new StringBuilder();
        for (String label : host.split("\\.", -1)) {
            reversed.insert(0, reversed.length() == 0 ? label : label + ".");
        }
        return reversed.toString().equals(uri.getScheme())
                && uri.getRawSchemeSpecificPart().startsWith("/")
                && !uri.getRawSchemeSpecificPart().startsWith("//");
    }

    private static boolean loopback(String text) {
        return text.matches("http://(127\\.0\\.0\\.1|\\[::1])(:[0-9]{1,5})?(/[^#]*)?");
    }

    /** Whether a request may name it: exactly as declared, but for the port of a loopback address that was declared without one. */
    boolean allow(String uri) {
        return uris.stream()
                .anyMatch(known -> known.equals(uri)
                        || (loopback(known)
                                && URI.create(known).getPort() < 0
                                && loopback(uri)
                                && withoutPort(known).equals(withoutPort(uri))));
    }

    private String withoutPort(String uri) {
        URI parsed = URI.create(uri);
        String path = parsed.getRawPath().isEmpty() && development ? "/" : parsed.getRawPath();
        return parsed.getHost() + path + (parsed.getRawQuery() == null ? "" : "?" + parsed.getRawQuery());
    }
}
