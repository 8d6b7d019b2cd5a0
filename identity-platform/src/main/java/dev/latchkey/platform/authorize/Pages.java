package dev.latchkey.platform.authorize;

import dev.latchkey.platform.exchange.Response;
import java.util.Collection;
import java.util.Map;

/** The HTML pages: one column, labelled fields, no script but the one that submits a form_post. */
final class Pages {
    private static final String STYLE = String.join(
            "",
            "*{box-sizing:border-box}",
            "body{margin:0;min-height:100vh;display:grid;place-items:center;background:#eef1f5;color:#1b2430;",
            "font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif}",
            "main{width:min(26rem,92vw);background:#fff;padding:2rem 2.25rem;border-radius:.75rem;",
            "box-shadow:0 1px 2px #0002,0 12px 32px #0f1c2e1f}",
            ".brand{margin:0 0 1.25rem;font-weight:600;color:#3b5b8c;letter-spacing:.02em}",
            "h1{margin:0 0 .5rem;font-size:1.5rem;line-height:1.25}",
            "label{display:block;margin:1rem 0 .25rem;font-weight:600}",
            "input{width:100%;padding:.6rem .7rem;font:inherit;border:1px solid #7b8794;border-radius:.4rem}",
            "input:focus-visible,button:focus-visible{outline:3px solid #7fb0ff;outline-offset:1px}",
            "button{margin:1.5rem .5rem 0 0;padding:.6rem 1.4rem;font:inherit;font-weight:600;border-radius:.4rem;",
            "border:1px solid #1f4b8e;background:#1f4b8e;color:#fff;cursor:pointer}",
            "button.quiet{background:#fff;color:#1f4b8e}",
            "[role=alert]{margin:1rem 0 0;padding:.6rem .8rem;border-left:4px solid #b3261e;background:#fdecea}",
            "ul{margin:.75rem 0;padding-left:1.25rem}",
            "@media (prefers-color-scheme:dark){body{background:#10151c;color:#e8edf3}main{background:#1b232e}",
            "input{background:#10151c;color:inherit}[role=alert]{background:#3a1d1b}.brand{color:#9dbdf0}",
            "button.quiet{background:transparent;color:#bcd3f7}}");

    private Pages() {}

    static Response signIn(String client, String transaction, String loginHint, String alert) {
        return page(
                200,
                "Sign in",
                "<h1>Sign in</h1><p>to continue to <strong>" + escape(client) + "</strong></p>"
                        + alert(alert)
                        + "<form method=\"post\" action=\"/signin\">"
                        + hidden("transaction", transaction)
                        + "<label for=\"username\">User name</label>"
                        + "<input id=\"username\" name=\"username\" type=\"text\" autocomplete=\"username\" required"
                        + " autocapitalize=\"none\" spellcheck=\"false\" value=\"" + escape(loginHint) + "\""
                        + (loginHint.isEmpty() ? " autofocus" : "") + ">"
                        + "<label for=\"password\">Password</label>"
                        + "<input id=\"password\" name=\"password\" type=\"password\""
                        + " autocomplete=\"current-password\" required"
                        + (loginHint.isEmpty() ? "" : " autofocus") + ">"
                        + button("action", "signin", "Sign in", "")
                        + button("action", "cancel", "Cancel", " class=\"quiet\" formnovalidate")
                        + "</form>");
    }

    static Response account(String client, String transaction, String username) {
        return page(
                200,
                "Pick an account",
                "<h1>Pick an account</h1><p>to continue to <strong>" + escape(client) + "</strong></p>"
                        + "<form method=\"post\" action=\"/account\">"
                        + hidden("transaction", transaction)
                        + button("account", username, username, "")
                        + button("account", "", "Use another account", " class=\"quiet\"")
                        + "</form>");
    }

    static Response consent(String client, String username, String transaction, Collection<String> scopes) {
        return page(
                200,
                "Permissions requested",
                "<h1>Permissions requested</h1><p><strong>" + escape(client) + "</strong> would like to act for "
                        + escape(username) + ":</p>"
                        + list(scopes)
                        + "<form method=\"post\" action=\"/consent\">"
                        + hidden("transaction", transaction)
                        + button("decision", "accept", "Accept", "")
                        + button("decision", "deny", "Cancel", " class=\"quiet\"")
                        + "</form>");
    }

    static Response device(String transaction, String userCode, String alert) {
        return page(
                200,
                "Connect a device",
                "<h1>Connect a device</h1><p>Enter the code that your device shows.</p>"
                        + alert(alert)
                        + "<form method=\"post\" action=\"/device\">"
                        + hidden("transaction", transaction)
                        + "<label for=\"user_code\">Code</label>"
                        + "<input id=\"user_code\" name=\"user_code\" required autofocus autocomplete=\"off\""
                        + " autocapitalize=\"characters\" spellcheck=\"false\" value=\"" + escape(userCode) + "\">"
                        + button("action", "next", "Next", "")
                        + "</form>");
    }

    static Response message(int status, String title, String text) {
        return page(status, title, "<h1>" + escape(title) + "</h1><p>" + escape(text) + "</p>");
    }

    /** A page that posts its fields on by itself; without scripts, a person presses the button. */
    static Response formPost(String action, Map<String, String> fields, String nonce) {
        StringBuilder form = new StringBuilder("<h1>One moment</h1><form id=\"post\" method=\"post\" action=\"")
                .append(escape(action))
                .append("\">");
        fields.forEach((name, value) -> form.append(hidden(name, value)));
        form.append("<noscript>")
                .append(button("", "", "Continue", ""))
                .append("</noscript></form><script nonce=\"")
                .append(nonce)
                .append("\">document.getElementById('post').submit()</script>");
        return page(200, "Continue", form.toString())
                .replaceHeader("Content-Security-Policy", policy("; script-src 'nonce-" + nonce + "'"));
    }

    private static Response page(int status, String title, String content) {
        return Response.of(status)
                .header("Content-Type", "text/html;charset=UTF-8")
                .header("Cache-Control", "no-store")
                .header("Referrer-Policy", "no-referrer")
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", policy(""))
                .body("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
                        + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><title>"
                        + escape(title) + "</title><style>" + STYLE + "</style></head><body><main>"
                        + "<p class=\"brand\">Latchkey Identity Platform</p>" + content + "</main></body></html>");
    }

    // no form-action: Chromium applies it to the redirect after a form post, which leads to the client
    private static String policy(String more) {
        return "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'" + more;
    }

    private static String list(Collection<String> scopes) {
        StringBuilder items = new StringBuilder("<ul>");
        scopes.forEach(scope -> items.append("<li>").append(escape(scope)).append("</li>"));
        return items.append("</ul>").toString();
    }

    private static String alert(String text) {
        return text.isEmpty() ? "" : "<p role=\"alert\">" + escape(text) + "</p>";
    }

    private static String hidden(String name, String value) {
        return "<input type=\"hidden\" name=\"" + escape(name) + "\" value=\"" + escape(value) + "\">";
    }

    private static String button(String name, String value, String label, String more) {
        String field = name.isEmpty() ? "" : " name=\"" + name + "\" value=\"" + escape(value) + "\"";
        return "<button type=\"submit\"" + field + more + ">" + escape(label) + "</button>";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
