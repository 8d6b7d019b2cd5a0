package dev.latchkey.examples.atproto;

import dev.latchkey.auth.identity.Account;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** What the pages say. */
final class Pages {

    private static final String TITLE = "Latchkey example";

    private Pages() {}

    /** The page: what has happened, which accounts there are, and the form to sign in. */
    static Html home(Visit visit, List<Html> accounts, String typed) {
        return home(visit, accounts, typed, TITLE, Html.NONE);
    }

    /** The same, and what has happened on top. */
    static Html home(Visit visit, List<Html> accounts, String typed, Advice advice) {
        return home(visit, accounts, typed, (advice.isGood() ? "" : "Problem: ") + TITLE, notice(advice));
    }

    private static Html home(Visit visit, List<Html> accounts, String typed, String title, Html notice) {
        List<Html> parts = new ArrayList<>(List.of(notice));
        if (!accounts.isEmpty()) {
            parts.add(Html.of("<h2>Your accounts</h2>\n<ul class=\"accounts\">\n{}\n</ul>", Html.all(accounts)));
        }
        parts.add(login(visit, accounts.isEmpty() ? "Sign in" : "Add another account", typed));
        return page(title, TITLE, Html.all(parts));
    }

    static Html notFound() {
        return page(
                "Not found",
                "Not found",
                Html.of("<p>There is nothing at this address. <a href=\"/\">Go to the start</a>.</p>"));
    }

    static Html broken() {
        return page(
                "That went wrong",
                "That went wrong",
                Html.of("<p role=\"alert\">Nothing was changed. <a href=\"/\">Go to the start</a>.</p>"));
    }

    private static Html page(String title, String heading, Html content) {
        return Html.of(
                "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                        + "<title>{}</title>\n<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n"
                        + "<body>\n<main>\n<h1>{}</h1>\n{}\n</main>\n</body>\n</html>\n",
                title,
                heading,
                content);
    }

    /** It has the focus, so that it is read out at once. */
    private static Html notice(Advice advice) {
        return Html.of(
                "<div class=\"notice {}\" role=\"{}\" tabindex=\"-1\" autofocus>\n{}</div>",
                advice.isGood() ? "done" : "problem",
                advice.isGood() ? "status" : "alert",
                words(advice));
    }

    private static Html words(Advice advice) {
        Html reason = advice.reason().isEmpty()
                ? Html.NONE
                : Html.of("<p class=\"reason\">The reason: {}</p>\n", advice.reason());
        return Html.of("<p>{}</p>\n{}", advice.sentence(), reason);
    }

    private static Html login(Visit visit, String heading, String typed) {
        return Html.of(
                "<h2>{}</h2>\n<form method=\"post\" action=\"/login\">\n{}\n<label for=\"handle\">Handle</label>\n"
                        + "<p id=\"hint\" class=\"hint\">Such as alice.bsky.social. The address of your server will do, too.</p>\n"
                        + "<input id=\"handle\" name=\"handle\" value=\"{}\" aria-describedby=\"hint\" required maxlength=\"2048\""
                        + " autocomplete=\"username\" autocapitalize=\"none\" autocorrect=\"off\" spellcheck=\"false\">\n"
                        + "<button>Sign in</button>\n</form>",
                heading,
                token(visit),
                typed);
    }

    /** Somebody whose server has just said who they are. */
    static Html account(Visit visit, Account account) {
        return item(account, Html.NONE, logout(visit, account, "Sign out"));
    }

    /** Somebody whose server does not say so now. */
    static Html account(Visit visit, Account account, Advice advice) {
        Html notice = Html.of("<div class=\"notice problem\">\n{}</div>\n", words(advice));
        if (!advice.isToSignIn()) {
            return item(account, notice, logout(visit, account, "Sign out"));
        }
        Html again = Html.of(
                "<form method=\"post\" action=\"/login\">\n{}\n<input type=\"hidden\" name=\"handle\" value=\"{}\">\n"
                        + "<button>Sign in again<span class=\"unseen\"> with {}</span></button>\n</form>\n",
                token(visit),
                account.subject(),
                name(account));
        return item(account, notice, Html.all(List.of(again, logout(visit, account, "Remove"))));
    }

    private static Html item(Account account, Html notice, Html actions) {
        return Html.of(
                "<li>\n<h3>{}</h3>\n<p class=\"hint\">{} at {}</p>\n{}<div class=\"actions\">\n{}\n</div>\n</li>",
                name(account),
                account.subject(),
                URI.create(account.issuer()).getAuthority(),
                notice,
                actions);
    }

    private static Html logout(Visit visit, Account account, String what) {
        return Html.of(
                "<form method=\"post\" action=\"/logout\">\n{}\n<input type=\"hidden\" name=\"issuer\" value=\"{}\">\n"
                        + "<button class=\"quiet\" name=\"account\" value=\"{}\">{}<span class=\"unseen\"> {}</span></button>\n"
                        + "</form>",
                token(visit),
                account.issuer(),
                account.subject(),
                what,
                name(account));
    }

    /** The handle, once the account's server has said it; until then the DID. */
    static String name(Account account) {
        return account.username().orElse(account.subject());
    }

    private static Html token(Visit visit) {
        return Html.of("<input type=\"hidden\" name=\"token\" value=\"{}\">", visit.formToken());
    }
}
