package dev.latchkey.examples.atproto;

/** The few words that the pages are made of. */
final class Html {

    static final String LOGIN =
            "<form action=\"/login\"><label>Handle <input name=\"handle\" autocomplete=\"username\"></label>"
                    + " <button>Sign in</button></form>";

    private Html() {}

    static String logout(String subject) {
        return "<form method=\"post\" action=\"/logout\"><button name=\"account\" value=\"" + escaped(subject)
                + "\">Sign out</button></form>";
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
