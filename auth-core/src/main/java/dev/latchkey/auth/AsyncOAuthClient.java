package dev.latchkey.auth;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.AuthorizationTransaction;
import dev.latchkey.auth.authorize.BackchannelAuthentication;
import dev.latchkey.auth.authorize.BackchannelRequest;
import dev.latchkey.auth.authorize.BrowserBinding;
import dev.latchkey.auth.authorize.CarriedAuthorization;
import dev.latchkey.auth.authorize.DeviceAuthorization;
import dev.latchkey.auth.authorize.DevicePoll;
import dev.latchkey.auth.authorize.LogoutRequest;
import dev.latchkey.auth.authorize.PendingAuthorization;
import dev.latchkey.auth.authorize.PendingLogout;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.AccountPage;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.identity.SignedResponse;
import dev.latchkey.auth.identity.UserInfo;
import dev.latchkey.auth.interactive.Browser;
import dev.latchkey.auth.interactive.LoopbackReceiver;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.Introspections;
import dev.latchkey.auth.protocol.Revocations;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.RefreshToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenIntrospection;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenSource;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The same client for those who do not want to wait: each call starts, or joins, the flight that the blocking call of that
 * name would wait for, and gives its future.
 *
 * <p>A future fails with the {@link dev.latchkey.auth.error.OAuthException} that the blocking call would throw, but for the
 * time-out of a waiter, which is the caller's own to set. Completing or cancelling a future changes nothing for anybody
 * else. What hangs on a future runs on the flight's thread unless an executor is named: nothing there should block. Safe
 * for use by any number of threads at once.
 */
public final class AsyncOAuthClient {

    private final OAuthClient client;

    AsyncOAuthClient(OAuthClient client) {
        this.client = client;
    }

    /**
     * Gives a token, at once if one is at hand.
     *
     * @param tokens whose token, as {@link OAuthClient#tokens(Account, Scopes)} gives it
     * @return the token and where it came from
     */
    public CompletableFuture<TokenResult> token(TokenSource tokens) {
        return tokens.getAsync(TokenOptions.NONE);
    }

    /**
     * Begins an authorization.
     *
     * @param request what is asked for
     * @return where to send the browser
     * @see OAuthClient#authorize(AuthorizationRequest)
     */
    public CompletableFuture<PendingAuthorization> authorize(AuthorizationRequest request) {
        return flight(() -> client.authorizations.begin(request));
    }

    /**
     * Begins an authorization that the application carries itself.
     *
     * @param request what is asked for
     * @return where to send the browser
     * @see OAuthClient#authorizeCarried(AuthorizationRequest)
     */
    public CompletableFuture<CarriedAuthorization> authorizeCarried(AuthorizationRequest request) {
        return flight(() -> client.authorizations.beginCarried(request));
    }

    /**
     * Completes an authorization.
     *
     * @param callback what the browser brought
     * @param browserBinding the browser's cookie
     * @return who signed in
     * @see OAuthClient#complete(AuthorizationCallback, BrowserBinding)
     */
    public CompletableFuture<SignIn> complete(AuthorizationCallback callback, BrowserBinding browserBinding) {
        return flight(() -> client.authorizations.complete(callback, browserBinding));
    }

    /**
     * Completes an authorization that the application carried.
     *
     * @param callback what the browser brought
     * @param transaction what was carried
     * @return who signed in
     * @see OAuthClient#complete(AuthorizationCallback, AuthorizationTransaction)
     */
    public CompletableFuture<SignIn> complete(AuthorizationCallback callback, AuthorizationTransaction transaction) {
        return flight(() -> client.authorizations.complete(callback, transaction));
    }

    /**
     * Begins a device authorization.
     *
     * @param scopes what is asked for
     * @return what to show the user
     * @see OAuthClient#authorizeDevice(Scopes)
     */
    public CompletableFuture<DeviceAuthorization> authorizeDevice(Scopes scopes) {
        return authorizeDevice(scopes, RequestOptions.NONE);
    }

    /**
     * Begins a device authorization.
     *
     * @param scopes what is asked for
     * @param options resources, and parameters and headers of the server's own
     * @return what to show the user
     * @see OAuthClient#authorizeDevice(Scopes, RequestOptions)
     */
    public CompletableFuture<DeviceAuthorization> authorizeDevice(Scopes scopes, RequestOptions options) {
        return flight(() -> client.devices.begin(scopes, options));
    }

    /**
     * Asks once whether the user of a device has decided.
     *
     * @param device the device authorization
     * @param naming how the account is named
     * @return the outcome
     * @see OAuthClient#poll(DeviceAuthorization, AccountNaming)
     */
    public CompletableFuture<DevicePoll> poll(DeviceAuthorization device, AccountNaming naming) {
        return flight(() -> client.devices.poll(device, naming, wait -> {}));
    }

    /**
     * Waits until the user of a device has decided. One thread of the executor waits between the polls.
     *
     * @param device the device authorization
     * @return who signed in
     * @see OAuthClient#await(DeviceAuthorization)
     */
    public CompletableFuture<SignIn> await(DeviceAuthorization device) {
        return await(device, AccountNaming.byServer());
    }

    /**
     * Waits until the user of a device has decided. One thread of the executor waits between the polls.
     *
     * @param device the device authorization
     * @param naming how the account is named
     * @return who signed in
     * @see OAuthClient#await(DeviceAuthorization, AccountNaming)
     */
    public CompletableFuture<SignIn> await(DeviceAuthorization device, AccountNaming naming) {
        return flight(() -> client.polling.await(
                device.interval(), device.expiresAt(), asked -> client.devices.poll(device, naming, asked)));
    }

    /**
     * Has a user sign in on a device of the user's own.
     *
     * @param request whom to ask and for what
     * @return the authentication under way
     * @see OAuthClient#authenticateBackchannel(BackchannelRequest)
     */
    public CompletableFuture<BackchannelAuthentication> authenticateBackchannel(BackchannelRequest request) {
        return flight(() -> client.backchannel.begin(request, RequestOptions.NONE));
    }

    /**
     * Asks once whether the user has decided.
     *
     * @param authentication the authentication under way
     * @return the outcome
     * @see OAuthClient#poll(BackchannelAuthentication)
     */
    public CompletableFuture<DevicePoll> poll(BackchannelAuthentication authentication) {
        return flight(() -> client.backchannel.poll(authentication, wait -> {}));
    }

    /**
     * Waits until the user has decided. One thread of the executor waits between the polls.
     *
     * @param authentication the authentication under way
     * @return who signed in
     * @see OAuthClient#await(BackchannelAuthentication)
     */
    public CompletableFuture<SignIn> await(BackchannelAuthentication authentication) {
        return flight(() -> client.polling.await(
                authentication.interval(),
                authentication.expiresAt(),
                asked -> client.backchannel.poll(authentication, asked)));
    }

    /**
     * Signs in with the user's own password. Do not: see {@link PasswordGrant}.
     *
     * @param grant name, password and scopes
     * @param naming how the account is named
     * @return who signed in
     * @see OAuthClient#password(PasswordGrant, AccountNaming)
     * @deprecated RFC 9700 §2.4 says that this grant must not be used. Send the user to the browser instead, or use the
     *     device flow.
     */
    @Deprecated
    public CompletableFuture<SignIn> password(PasswordGrant grant, AccountNaming naming) {
        return flight(() -> client.passwords.signIn(grant, naming));
    }

    /**
     * Sends any grant, without a session.
     *
     * @param grant the grant
     * @return the response
     * @see OAuthClient#request(Grant)
     */
    public CompletableFuture<TokenResponse> request(Grant grant) {
        return request(grant, RequestOptions.NONE);
    }

    /**
     * Sends any grant, without a session.
     *
     * @param grant the grant
     * @param options what goes along
     * @return the response
     * @see OAuthClient#request(Grant, RequestOptions)
     */
    public CompletableFuture<TokenResponse> request(Grant grant, RequestOptions options) {
        return flight(() -> client.request(grant, options, client.directory::metadata));
    }

    /**
     * Revokes a refresh token that no session holds.
     *
     * @param token the token
     * @return what became of it
     * @see OAuthClient#revoke(RefreshToken)
     */
    public CompletableFuture<Revocation> revoke(RefreshToken token) {
        return flight(() -> client.revocation(Revocations.parameters(token), null));
    }

    /**
     * Asks the server what it knows of an access token.
     *
     * @param token the token
     * @return what is known
     * @see OAuthClient#introspect(AccessToken)
     */
    public CompletableFuture<TokenIntrospection> introspect(AccessToken token) {
        return flight(() -> client.introspection(Introspections.parameters(token)));
    }

    /**
     * Asks the server what it tells of a user.
     *
     * @param tokens the user's tokens
     * @param subject {@code sub} of the user's ID token
     * @return what is told
     * @see OAuthClient#userInfo(TokenSource, String)
     */
    public CompletableFuture<UserInfo> userInfo(TokenSource tokens, String subject) {
        // First the token, so that no flight waits for another one.
        return token(tokens).thenCompose(token -> flight(() -> client.userInfoEndpoint.fetch(tokens, subject)));
    }

    /**
     * Gives some of the accounts.
     *
     * @param cursor what {@link AccountPage#next()} gave, or the empty string for the first page
     * @param limit how many sessions to look at, from 1 to 1,000
     * @return a page
     * @see Accounts#page(String, int)
     */
    public CompletableFuture<AccountPage> accounts(String cursor, int limit) {
        Accounts.requirePage(cursor, limit);
        return flight(() -> client.accounts().look(cursor, limit));
    }

    /**
     * Finds accounts by user name.
     *
     * @param username the user name, in upper or lower case
     * @return the accounts whose last sign-in brought that name
     * @see Accounts#named(String)
     */
    public CompletableFuture<List<Account>> named(String username) {
        Objects.requireNonNull(username, "username");
        return flight(() -> client.accounts().find(username));
    }

    /**
     * Finds all sessions of a subject.
     *
     * @param subject the subject
     * @return its accounts, one for each session
     * @see Accounts#ofSubject(String)
     */
    public CompletableFuture<List<Account>> ofSubject(String subject) {
        Objects.requireNonNull(subject, "subject");
        return flight(() -> client.accounts().findSubject(subject));
    }

    /**
     * Finds sessions that an account's subject has at other issuers, as after a move from one to another. However many it has at the
     * account's own, none of those is read. Only where the server's profile keeps an index
     * ({@link dev.latchkey.auth.server.ServerProfile#findsAccountsBySubject}); with all others nothing is found.
     *
     * @param account whose subject, and whose issuer is left out
     * @param most how many to look at, at least one
     * @return accounts of the same subject, no more than that
     * @throws ConfigurationException if there is nothing to look for
     */
    public CompletableFuture<List<Account>> elsewhere(Account account, int most) {
        Objects.requireNonNull(account, "account");
        if (most < 1) {
            throw new ConfigurationException("most", "must be at least one");
        }
        return flight(() -> client.accounts().findElsewhere(account, most));
    }

    /**
     * Hands out a session's refresh token. <strong>Hardly anybody needs this.</strong>
     *
     * @param account whose
     * @return the refresh token that the store has now, or nothing if there is no session or none with a refresh token
     * @see Accounts#revealRefreshToken(Account)
     */
    public CompletableFuture<Optional<RefreshToken>> revealRefreshToken(Account account) {
        Objects.requireNonNull(account, "account");
        return flight(() -> client.accounts().reveal(account));
    }

    /**
     * Revokes an access token (RFC 7009), without a proof of the key that it may be bound to.
     *
     * @param token the token
     * @return what became of it, which is told and not thrown
     * @see OAuthClient#revoke(AccessToken)
     */
    public CompletableFuture<Revocation> revoke(AccessToken token) {
        Objects.requireNonNull(token, "token");
        return flight(() -> client.revocation(Revocations.parameters(token), null));
    }

    /**
     * Revokes an access token (RFC 7009) with a proof of the key that it is bound to, if it is bound to one.
     *
     * @param result the token and its proof, as a {@link TokenSource} gave them
     * @return what became of it, which is told and not thrown
     * @see OAuthClient#revoke(TokenResult)
     */
    public CompletableFuture<Revocation> revoke(TokenResult result) {
        Objects.requireNonNull(result, "result");
        return flight(() -> client.revocation(
                Revocations.parameters(result.token()), result.proof().orElse(null)));
    }

    /**
     * Asks the server what it knows of a refresh token (RFC 7662).
     *
     * @param token the token
     * @return what is known
     * @see OAuthClient#introspect(RefreshToken)
     */
    public CompletableFuture<TokenIntrospection> introspect(RefreshToken token) {
        Objects.requireNonNull(token, "token");
        return flight(() -> client.introspection(Introspections.parameters(token)));
    }

    /**
     * Signs somebody out here.
     *
     * @param account who
     * @return whether there was a session
     * @see Accounts#remove(Account)
     */
    public CompletableFuture<SignOutResult> remove(Account account) {
        return remove(account, SignOut.HERE);
    }

    /**
     * Signs somebody out.
     *
     * @param account who
     * @param signOut whether the server hears of it
     * @return what became of it, when the session has ended and the server, if it was to hear of it, has answered
     * @see Accounts#remove(Account, SignOut)
     */
    public CompletableFuture<SignOutResult> remove(Account account, SignOut signOut) {
        Objects.requireNonNull(account, "account");
        Objects.requireNonNull(signOut, "signOut");
        return client.accounts().signOuts().start(account, signOut);
    }

    /**
     * Begins a session with a refresh token from elsewhere.
     *
     * @param token the refresh token
     * @param scopes what is asked for with it
     * @param naming how the account is named
     * @return who it is
     * @see Accounts#importRefreshToken(RefreshToken, Scopes, AccountNaming)
     */
    public CompletableFuture<SignIn> importRefreshToken(RefreshToken token, Scopes scopes, AccountNaming naming) {
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(scopes, "scopes");
        Objects.requireNonNull(naming, "naming");
        return flight(() -> client.accounts().imports().redeem(token, scopes, naming));
    }

    /**
     * Signs in with the browser of the machine that this runs on (RFC 8252), waiting five minutes for the user.
     *
     * @param request what is asked for, with the receiver's redirect URI
     * @param receiver waits for the browser; it is closed after the first callback with the right state
     * @param browser opens the server's page
     * @return who signed in
     * @see OAuthClient#interactive(AuthorizationRequest, LoopbackReceiver, Browser)
     */
    public CompletableFuture<SignIn> interactive(
            AuthorizationRequest request, LoopbackReceiver receiver, Browser browser) {
        return interactive(request, receiver, browser, OAuthClient.PATIENCE);
    }

    /**
     * Signs in with the browser of the machine that this runs on (RFC 8252). One thread of the client's executor waits for the
     * user meanwhile.
     *
     * @param request what is asked for, with the receiver's redirect URI
     * @param receiver waits for the browser; it is closed after the first callback with the right state
     * @param browser opens the server's page
     * @param patience how long to wait for the user
     * @return who signed in
     * @see OAuthClient#interactive(AuthorizationRequest, LoopbackReceiver, Browser, Duration)
     */
    public CompletableFuture<SignIn> interactive(
            AuthorizationRequest request, LoopbackReceiver receiver, Browser browser, Duration patience) {
        LoopbackSignIn.requireItsOwn(receiver, request);
        return authorize(request)
                .thenCompose(pending -> flight(() -> LoopbackSignIn.callback(pending, receiver, browser, patience))
                        .thenCompose(callback -> complete(callback, pending.browserBinding())));
    }

    /**
     * Gives the server's metadata, fetched if need be.
     *
     * @return the metadata
     * @see OAuthClient#metadata()
     */
    public CompletableFuture<AuthorizationServerMetadata> metadata() {
        return flight(client.directory::metadata);
    }

    /**
     * Verifies a JWT that the server sent by itself, such as a logout token.
     *
     * @param kind what it must be
     * @param jwt the JWT
     * @return what it says
     * @see OAuthClient#verify(SignedResponse, String)
     */
    public CompletableFuture<IdTokenClaims> verify(SignedResponse kind, String jwt) {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(jwt, "jwt");
        return flight(() -> client.documents.verify(kind, jwt, client.directory.metadata()));
    }

    /**
     * Tells whether an issuer is this client's server, or on a server of many tenants one of those that are allowed.
     *
     * @param issuer the issuer
     * @return true if it is
     * @see OAuthClient#serves(String)
     */
    public CompletableFuture<Boolean> serves(String issuer) {
        Objects.requireNonNull(issuer, "issuer");
        return flight(() -> client.serves(issuer, client.directory.metadata()));
    }

    /**
     * Tells where to send the browser so that the user's session at the server ends too.
     *
     * @param request which session, and where the browser goes afterwards
     * @return the address
     * @see OAuthClient#logoutUri(LogoutRequest)
     */
    public CompletableFuture<URI> logoutUri(LogoutRequest request) {
        Objects.requireNonNull(request, "request");
        return flight(() -> client.endSession.uri(request, client.directory.metadata()));
    }

    /**
     * Begins a logout at the server.
     *
     * @param request which session, and where the browser goes afterwards
     * @return where the browser goes, and the state to keep
     * @see OAuthClient#logout(LogoutRequest)
     */
    public CompletableFuture<PendingLogout> logout(LogoutRequest request) {
        Objects.requireNonNull(request, "request");
        return flight(() -> client.endSession.begin(request, client.directory.metadata()));
    }

    /**
     * Makes a future of a call that blocks and has to do with this client, such as going through its accounts. It runs as a flight:
     * on the client's executor, and {@link OAuthClient#close} waits for it.
     *
     * @param <T> what it gives
     * @param call the call; where the executor has few threads, it must not wait for another flight of this client
     * @return what it gives
     */
    public <T> CompletableFuture<T> call(Supplier<T> call) {
        Objects.requireNonNull(call, "call");
        return flight(call);
    }

    /** A copy, since whoever has the flight's own future could end it for all. */
    private <T> CompletableFuture<T> flight(Supplier<T> work) {
        return client.waiting.start(work).copy();
    }

    @Override
    public String toString() {
        return "AsyncOAuthClient[" + client.accounts() + "]";
    }
}
