package dev.latchkey.platform.authorize;

import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.User;
import dev.latchkey.platform.exchange.Parameters;
import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.platform.exchange.Response;
import dev.latchkey.platform.token.Authority;
import dev.latchkey.platform.token.Delegation;
import dev.latchkey.platform.token.ErrorBodies;
import dev.latchkey.platform.token.Ledger;
import dev.latchkey.platform.token.ProtocolException;
import dev.latchkey.platform.token.Realm;
import dev.latchkey.platform.token.TokenEndpoint;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The authorization endpoint and the pages that it leads through: sign-in, account, consent. */
public final class AuthorizeEndpoint {
    private final Realm realm;
    private final TokenEndpoint tokens;
    private final ErrorBodies errors;
    private final @Nullable User autoSignIn;
    private final BrowserSessions sessions;
    private final Ledger<Transaction> transactions = new Ledger<>();
    private final Ledger<Boolean> consents = new Ledger<>();
    private final DevicePages devicePages;

    /**
     * The endpoint of a realm.
     *
     * @param realm who is registered
     * @param tokens issues codes
     * @param autoSignIn who is signed in and consents without any page; null for nobody
     */
    public AuthorizeEndpoint(Realm realm, TokenEndpoint tokens, @Nullable User autoSignIn) {
        this.realm = realm;
        this.tokens = tokens;
        this.errors = new ErrorBodies(realm);
        this.autoSignIn = autoSignIn;
        this.sessions = new BrowserSessions(realm);
        this.devicePages = new DevicePages(realm, tokens, sessions, transactions);
    }

    /**
     * Answers an authorization request.
     *
     * @param received the request
     * @param authority where it came to
     * @return a page, or the way back to the client
     */
    public Response authorize(ReceivedRequest received, Authority authority) {
        Parameters parameters = received.method().equals("POST") ? received.form() : received.query();
        Client client;
        ReturnAddress returnAddress;
        try {
            client = AuthorizationRequest.client(realm, parameters);
            returnAddress = ReturnAddress.of(client, parameters);
        } catch (ProtocolException e) {
            return Pages.message(400, "This request cannot be answered", errors.describe(e, authority));
        }
        try {
            return start(received, AuthorizationRequest.parse(authority, client, returnAddress, parameters));
        } catch (ProtocolException e) {
            return refuse(returnAddress, authority, e, false);
        }
    }

    private Response start(ReceivedRequest received, AuthorizationRequest request) {
        if (autoSignIn != null) {
            Transaction transaction = Transaction.forRequest("", "", request);
            return grant(transaction.signedIn(autoSignIn, realm.now()), request, false);
        }
        Optional<BrowserSessions.Session> session =
                sessions.find(received).filter(found -> request.authority().admits(realm.tenantOf(found.user())));
        boolean fresh = session.isPresent() && isFresh(session.get(), request);
        String name = sessions.browser(received);
        String browser = name.isEmpty() ? sessions.newBrowser() : name;
        Transaction transaction = Transaction.forRequest(realm.secret(), browser, request);
        if (request.prompts("none")) {
            return silently(transaction, request, session.filter(found -> fresh));
        }
        Response page;
        if (session.isPresent() && request.prompts("select_account")) {
            page = Pages.account(
                    request.client().id(),
                    transaction.id(),
                    session.get().user().username());
        } else if (session.isPresent() && fresh) {
            transaction =
                    transaction.signedIn(session.get().user(), session.get().authenticatedAt());
            page = consentOrGrant(transaction, request, false);
        } else {
            page = Pages.signIn(request.client().id(), transaction.id(), request.loginHint(), "");
        }
        transactions.put(transaction.id(), transaction);
        return name.isEmpty() ? sessions.name(page, browser) : page;
    }

    private boolean isFresh(BrowserSessions.Session session, AuthorizationRequest request) {
        boolean recent = request.maxAge()
                .map(age -> session.authenticatedAt().plus(age).isAfter(realm.now()))
                .orElse(true);
        boolean same = request.loginHint().isEmpty()
                || session.user().username().equalsIgnoreCase(request.loginHint())
                || request.prompts("select_account");
        return recent && same && !request.prompts("login") && !request.prompts("create");
    }

    private Response silently(
            Transaction transaction, AuthorizationRequest request, Optional<BrowserSessions.Session> session) {
        if (session.isEmpty()) {
            throw new ProtocolException("login_required", 50058, "No user is signed in, and prompt=none was sent.");
        }
        Transaction signedIn =
                transaction.signedIn(session.get().user(), session.get().authenticatedAt());
        if (needsConsent(signedIn, request)) {
            throw new ProtocolException("consent_required", 65001, "The user has not consented to the application.");
        }
        return grant(signedIn, request, false);
    }

    /**
     * Takes a name and a password.
     *
     * @param received the form post
     * @return the next page, or the way back to the client
     */
    public Response signIn(ReceivedRequest received) {
        Optional<Transaction> found = transaction(received);
        if (found.isEmpty()) {
            return lost();
        }
        Transaction transaction = found.get();
        boolean cancelled = received.form().get("action").equals("cancel");
        if (cancelled && transaction.request().isPresent()) {
            return declined(transaction.request().get());
        }
        String client =
                transaction.request().map(request -> request.client().id()).orElse("your device");
        User user;
        try {
            Authority authority = transaction
                    .request()
                    .map(AuthorizationRequest::authority)
                    .or(() -> devicePages.authority(transaction))
                    .orElse(Authority.GENERIC);
            user = tokens.signIn(
                    received.form().get("username"), received.form().get("password"), authority);
        } catch (ProtocolException e) {
            return Pages.signIn(client, transaction.id(), received.form().get("username"), e.description());
        }
        BrowserSessions.Session session = sessions.start(user);
        Transaction signedIn = transaction.signedIn(user, session.authenticatedAt());
        transactions.put(signedIn.id(), signedIn);
        Response next = signedIn.request().isPresent()
                ? consentOrGrant(signedIn, signedIn.request().get(), true)
                : devicePages.decision(signedIn);
        return sessions.remember(next, session);
    }

    /**
     * Takes the account that was picked.
     *
     * @param received the form post
     * @return the next page, or the way back to the client
     */
    public Response account(ReceivedRequest received) {
        Optional<Transaction> transaction = transaction(received);
        Optional<AuthorizationRequest> request = transaction.flatMap(Transaction::request);
        if (transaction.isEmpty() || request.isEmpty()) {
            return lost();
        }
        Optional<BrowserSessions.Session> session = sessions.find(received)
                .filter(found -> found.user().username().equals(received.form().get("account")))
                .filter(found -> isFresh(found, request.get()));
        if (session.isEmpty()) {
            return Pages.signIn(
                    request.get().client().id(),
                    transaction.get().id(),
                    received.form().get("account"),
                    "");
        }
        Transaction signedIn =
                transaction.get().signedIn(session.get().user(), session.get().authenticatedAt());
        transactions.put(signedIn.id(), signedIn);
        return consentOrGrant(signedIn, request.get(), true);
    }

    /**
     * Takes the decision on the permissions.
     *
     * @param received the form post
     * @return the way back to the client
     */
    public Response consent(ReceivedRequest received) {
        Optional<Transaction> transaction = transaction(received);
        if (transaction.isEmpty() || transaction.get().user().isEmpty()) {
            return lost();
        }
        boolean accepted = received.form().get("decision").equals("accept");
        Optional<AuthorizationRequest> request = transaction.get().request();
        transactions.remove(transaction.get().id());
        if (request.isEmpty()) {
            return devicePages.decide(transaction.get(), accepted);
        }
        if (!accepted) {
            return declined(request.get());
        }
        consents.put(consentKey(transaction.get(), request.get()), true);
        return grant(transaction.get(), request.get(), true);
    }

    /**
     * Answers at the device page.
     *
     * @param received the request
     * @return the next page
     */
    public Response device(ReceivedRequest received) {
        return received.method().equals("POST")
                ? transaction(received)
                        .map(found -> devicePages.enter(received, found))
                        .orElseGet(AuthorizeEndpoint::lost)
                : devicePages.show(received);
    }

    /**
     * Signs the browser out.
     *
     * @param received the request
     * @return a page, or a redirect to a registered place
     */
    public Response logout(ReceivedRequest received) {
        Parameters parameters = received.method().equals("POST") ? received.form() : received.query();
        String target = parameters.get("post_logout_redirect_uri");
        Optional<Client> client = realm.client(parameters.get("client_id"));
        boolean allowed = client.map(found -> found.allowsPostLogoutRedirectTo(target))
                .orElseGet(() -> realm.anyClientAllowsPostLogoutRedirectTo(target));
        if (target.isEmpty() || !allowed) {
            return sessions.forget(received, Pages.message(200, "Signed out", "You can close this window."));
        }
        Map<String, String> state = new LinkedHashMap<>();
        parameters.first("state").ifPresent(value -> state.put("state", value));
        String query = state.isEmpty() ? "" : (target.indexOf('?') < 0 ? "?" : "&") + Parameters.encode(state);
        return sessions.forget(received, Response.of(302).header("Location", target + query));
    }

    private Response consentOrGrant(Transaction transaction, AuthorizationRequest request, boolean afterPost) {
        if (!needsConsent(transaction, request)) {
            transactions.remove(transaction.id());
            return grant(transaction, request, afterPost);
        }
        return Pages.consent(
                request.client().id(),
                transaction.user().map(User::username).orElse(""),
                transaction.id(),
                request.scopes().values());
    }

    private boolean needsConsent(Transaction transaction, AuthorizationRequest request) {
        if (request.prompts("consent")) {
            return true;
        }
        return !request.client().hasConsent()
                && consents.find(consentKey(transaction, request)).isEmpty();
    }

    private static String consentKey(Transaction transaction, AuthorizationRequest request) {
        Set<String> scopes = new TreeSet<>(request.scopes().values());
        return transaction.user().map(User::id).orElse("")
                + ' '
                + request.client().id()
                + ' '
                + scopes;
    }

    private Response grant(Transaction transaction, AuthorizationRequest request, boolean afterPost) {
        User user = transaction.user().orElseThrow(() -> new IllegalStateException("nobody signed in"));
        Instant authenticatedAt = transaction.authenticatedAt().orElseGet(realm::now);
        Delegation delegation = new Delegation(
                realm.guid(),
                request.authority(),
                request.client(),
                user,
                realm.tenantOf(user),
                request.scopes(),
                authenticatedAt,
                request.nonce(),
                request.claims());
        ReturnAddress address = request.returnAddress();
        String code = tokens.codes().issue(delegation, address.redirectUri(), request.challenge());
        return address.send(Map.of("code", code), issuer(request.authority()), afterPost, realm.secret());
    }

    private Response declined(AuthorizationRequest request) {
        ProtocolException refusal = new ProtocolException("access_denied", 65004, "The user declined to consent.");
        return refuse(request.returnAddress(), request.authority(), refusal, true);
    }

    private Response refuse(ReturnAddress address, Authority authority, ProtocolException e, boolean afterPost) {
        Map<String, String> answer = new LinkedHashMap<>();
        answer.put("error", e.error());
        answer.put("error_description", errors.describe(e, authority));
        return address.send(answer, issuer(authority), afterPost, realm.secret());
    }

    // Microsoft neither advertises nor sends iss
    private String issuer(Authority authority) {
        return authority.isMicrosoft() ? "" : realm.base();
    }

    private Optional<Transaction> transaction(ReceivedRequest received) {
        return transactions
                .find(received.form().get("transaction"))
                .filter(found -> found.browser().equals(sessions.browser(received)));
    }

    private static Response lost() {
        return Pages.message(400, "This sign-in is over", "Go back to the application and start again.");
    }
}
