package dev.latchkey.examples.atproto;

import dev.latchkey.auth.SignOutResult;
import dev.latchkey.auth.atproto.AtprotoClient;
import dev.latchkey.auth.atproto.ClientMetadataPage;
import dev.latchkey.auth.atproto.XrpcException;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.identity.Account;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** From requests to answers: the whole of what an application does with the library. Safe for use by any number of threads. */
final class Site {

    private static final System.Logger LOG = System.getLogger(Site.class.getName());

    private final AtprotoClient client;
    private final URI address;
    private final ClientMetadataPage document;
    private final Cookies cookies;
    private final Visits visits;
    private final byte[] style = style();

    /** The site at its address, of which only scheme, host and port count. */
    Site(AtprotoClient client, URI address) {
        this.client = client;
        this.address = address;
        this.document = ClientMetadataPage.of(client.metadata());
        this.cookies = new Cookies(address.getScheme().equals("https"));
        this.visits = new Visits(client.accounts());
    }

    Answer answer(Request request) {
        Visit visit = cookies.visit(request);
        try {
            // A page at localhost would not get the cookies of 127.0.0.1, where the callback arrives.
            return isElsewhere(request) ? toStart() : route(request, visit);
        } catch (RuntimeException e) {
            return failed(visit, e, "");
        }
    }

    private Answer route(Request request, Visit visit) {
        if (!request.isReadable()) {
            return home(visit, Advice.of(400, Advice.UNREADABLE), "");
        }
        if (request.path().equals("/client-metadata.json")) {
            return document(request.method());
        }
        switch (request.what()) {
            case "GET /":
                return Answer.page(200, Pages.home(visit, accounts(visit), "")).with("Set-Cookie", cookies.keep(visit));
            case "GET /style.css":
                return Answer.of(200, style)
                        .with("Content-Type", "text/css; charset=utf-8")
                        .with("Cache-Control", "max-age=3600");
            case "POST /login":
                return visit.gave(request.field("token")) ? login(request, visit) : staleForm(visit);
            case "GET /callback":
                return callback(request, visit);
            case "POST /logout":
                return visit.gave(request.field("token")) ? logout(request, visit) : staleForm(visit);
            case "GET /login":
            case "GET /logout":
                return toStart();
            default:
                return Answer.page(404, Pages.notFound());
        }
    }

    private Answer document(String method) {
        Answer answer = Answer.of(document.status(method), document.body(method));
        document.headers(method).forEach(answer::with);
        return answer;
    }

    /** Begins a sign-in: finds the account's server, and sends the browser there. */
    private Answer login(Request request, Visit visit) {
        String typed = request.field("handle");
        try {
            PendingAuthorization pending = client.authorize(
                    typed, address.resolve("/callback"), client.metadata().scopes(), visit.session());
            return Answer.seeOther(pending.uri()).with("Set-Cookie", cookies.bind(pending.browserBinding()));
        } catch (OAuthException e) {
            return failed(visit, e, typed);
        }
    }

    /** Completes a sign-in, if this is the browser that began it. */
    private Answer callback(Request request, Visit visit) {
        AuthorizationCallback callback = request.callback();
        Optional<BrowserBinding> binding = cookies.binding(callback, request);
        if (binding.isEmpty()) {
            return home(visit, Advice.of(400, Advice.NOT_THIS_BROWSER), "");
        }
        Account account = client.complete(callback, binding.get()).account();
        if (!account.session().equals(visit.session())) {
            // Its cookie was deleted in between: nobody could ever see this session, or end it.
            client.signOut(account);
            return home(visit, Advice.of(400, Advice.NOT_THIS_BROWSER), "");
        }
        visits.add(account);
        return toStart().with("Set-Cookie", cookies.forget(binding.get()));
    }

    /** Ends a session, here and at its server. If that fails here, the account stays, and one can try again. */
    private Answer logout(Request request, Visit visit) {
        Optional<Account> account = visits.find(visit, request.field("account"), request.field("issuer"));
        if (account.isEmpty()) {
            return home(visit, Advice.of(200, Advice.NEVER_MIND), "");
        }
        SignOutResult result = client.signOut(account.get());
        visits.remove(account.get());
        return home(visit, Advice.of(result, account.get()), "");
    }

    private List<Html> accounts(Visit visit) {
        return visits.accounts(visit).stream()
                .map(account -> described(visit, account))
                .collect(Collectors.toList());
    }

    /** Asks the account's server, in the account's name, who that is. */
    private Html described(Visit visit, Account account) {
        try {
            Object handle = client.calls(account)
                    .query("com.atproto.server.getSession", Parameters.NONE)
                    .json()
                    .get("handle");
            return Pages.account(visit, handle instanceof String ? visits.name(account, (String) handle) : account);
        } catch (IOException | XrpcException | OAuthException e) {
            return Pages.account(visit, account, Advice.of(e));
        }
    }

    private Answer failed(Visit visit, RuntimeException failure, String typed) {
        Advice advice = Advice.of(failure);
        if (advice.status() == 500) {
            // For whoever runs it, and for nobody else.
            LOG.log(System.Logger.Level.ERROR, "A request failed", failure);
        }
        return home(visit, advice, typed);
    }

    private Answer staleForm(Visit visit) {
        return home(visit, Advice.of(403, Advice.STALE_FORM), "").with("Set-Cookie", cookies.keep(visit));
    }

    private Answer home(Visit visit, Advice advice, String typed) {
        return Answer.page(advice.status(), Pages.home(visit, accounts(visit), typed, advice));
    }

    private Answer toStart() {
        return Answer.seeOther(address.resolve("/"));
    }

    /** Behind https there is a proxy that knows which hosts are meant. */
    private boolean isElsewhere(Request request) {
        return address.getScheme().equals("http") && !request.host().equals(address.getAuthority());
    }

    private static byte[] style() {
        try (InputStream style = Site.class.getResourceAsStream("style.css")) {
            return style == null ? new byte[0] : style.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
