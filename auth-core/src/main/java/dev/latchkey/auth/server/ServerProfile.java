package dev.latchkey.auth.server;

import dev.latchkey.auth.authorize.StepUp;
import dev.latchkey.auth.credential.RequestDraft;
import dev.latchkey.auth.error.Challenge;
import dev.latchkey.auth.error.Remedy;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.metadata.Discovery;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What differs between authorization servers: where the metadata is, how an issuer is checked, how an account is read
 * from a response, what an error asks of the caller, and the extra parameters that a server wants.
 *
 * <p>The defaults are those of the specifications; {@link AuthorizationServer} is the profile of a server that keeps to
 * them. Implementations are immutable and do no I/O, except in an {@link #accountCheck} and in the source of a discovery.
 */
public interface ServerProfile {

    /**
     * Tells where the metadata comes from.
     *
     * @return the discovery
     */
    Discovery discovery();

    /**
     * Checks the issuer of an ID token (OpenID Connect Core §3.1.3.7, point 2).
     *
     * @param server the server's metadata
     * @param claims the ID token's claims
     * @return true if the token may come from this server; by default if the issuers are the same text
     */
    default boolean acceptsIssuer(AuthorizationServerMetadata server, IdTokenClaims claims) {
        return server.issuer().equals(claims.issuer());
    }

    /**
     * Reads who signed in.
     *
     * @param server the server's metadata
     * @param response the token response
     * @param claims the claims of its ID token, verified, or null if it has none
     * @return the account; by default {@code iss} and {@code sub} of the ID token. Nothing if the response names nobody
     */
    default Optional<Account> account(
            AuthorizationServerMetadata server, TokenResponse response, @Nullable IdTokenClaims claims) {
        return claims == null ? Optional.empty() : Optional.of(Account.of(claims));
    }

    /**
     * Tells whether {@link #account} finds a name without an ID token too.
     *
     * @return false by default: then scope {@code openid} must be asked for, or the application names the subject
     */
    default boolean namesAccountsWithoutIdToken() {
        return false;
    }

    /**
     * Tells whether an account is of this server, before anything of its session is sent there.
     *
     * @param server the server's metadata
     * @param account an account from a token store, which may serve other servers too
     * @return true if the account signed in here; by default if the issuers are the same text
     */
    default boolean serves(AuthorizationServerMetadata server, Account account) {
        return servesIssuer(server, account.issuer());
    }

    /**
     * Tells whether an issuer is this server, or one of those that it speaks for: whose logout tokens and accounts are its own.
     *
     * @param server the server's metadata
     * @param issuer the issuer, from a store or from a document whose signature holds; never trusted before
     * @return true if it is; by default if it is the same text as the server's
     */
    default boolean servesIssuer(AuthorizationServerMetadata server, String issuer) {
        return server.issuer().equals(issuer);
    }

    /**
     * Tells what an error asks of the caller.
     *
     * @param error what the server said
     * @param grantType the grant that was refused, or the empty string outside the token endpoint
     * @return the remedy
     */
    default Remedy remedy(ServerError error, String grantType) {
        return StandardErrors.remedy(error, grantType);
    }

    /**
     * Says in a few words what an error probably means, for the exception's message. Nothing is decided by it.
     *
     * @param error what the server said
     * @return words of the profile's own, since what a server sends may hold anything; by default nothing
     */
    default Optional<String> hint(ServerError error) {
        return Optional.empty();
    }

    /**
     * Finds what a resource demands beyond the token that it got.
     *
     * @param challenges the challenges of its response
     * @return the demand; by default that of RFC 9470 §3. Nothing if the challenges say something else
     */
    default Optional<StepUp> stepUp(List<Challenge> challenges) {
        return StepUps.find(challenges);
    }

    /**
     * Adds what this server wants beyond the specifications to a request that is about to be sent.
     *
     * @param request the request; its kind tells what it is for
     */
    default void prepare(RequestDraft request) {}

    /**
     * Tells in what the server does not do as its metadata says.
     *
     * @return the quirks; none by default
     */
    default Set<ServerQuirk> quirks() {
        return Set.of();
    }

    /**
     * Tells which one resource scopes belong to, on servers where they do.
     *
     * @param scopes the scopes
     * @return the resource, or nothing if scopes do not tell
     */
    default Optional<String> resource(Scopes scopes) {
        return Optional.empty();
    }

    /**
     * Tells whether an error means that a refresh token will never be accepted again, rather than that this one request
     * cannot be granted without the user.
     *
     * @param error what the server said to a refresh
     * @return true if the session's refresh token is to be dropped; by default for {@code invalid_grant}
     */
    default boolean endsSession(ServerError error) {
        return error.code().equals("invalid_grant");
    }

    /**
     * Gives what asks elsewhere, with requests of its own, whether this server may speak for an account: before a sign-in's
     * tokens are kept, and before every refresh.
     *
     * @return the check; nothing by default
     */
    default Optional<AccountCheck> accountCheck() {
        return Optional.empty();
    }

    /**
     * Checks the answer to a refresh before its tokens are used.
     *
     * @param server the server's metadata
     * @param response the token response
     * @param account whose session it is
     * @throws dev.latchkey.auth.error.InvalidResponseException if the answer is not as it must be; with the field
     *     {@code sub} or {@code iss} if it is about somebody else, which ends the session
     */
    default void checkRefreshed(AuthorizationServerMetadata server, TokenResponse response, Account account) {}

    /**
     * Tells whether a session has one access token only, with all that was granted: each refresh ends the one before, so
     * that scopes do not tell tokens apart.
     *
     * @return false by default
     */
    default boolean hasOneAccessToken() {
        return false;
    }

    /**
     * Tells whether a session in whose place a new sign-in of the same account was written is ended at the server too, with its own
     * key and in the background: what fails is told to the listener. For servers where each sign-in is a session by itself, which
     * would live on there with nobody to end it.
     *
     * @return false by default, since with many servers revoking one token ends all that the user has granted to the client
     */
    default boolean revokesReplacedSessions() {
        return false;
    }

    /**
     * Tells whether accounts are found by their subject with an index in the store, so that it does not matter how many others there
     * are. It costs some writes at each sign-in and sign-out. For servers whose subjects mean the same at all of them, so that one
     * has to be looked for.
     *
     * @return false by default: then {@link dev.latchkey.auth.Accounts#ofSubject} looks at all accounts
     */
    default boolean findsAccountsBySubject() {
        return false;
    }

    /**
     * Tells whether a success of this server that answers a request with a proof must bring a DPoP nonce. The first call to a resource
     * at the very origin of its token endpoint has the nonce of that one then, since such a server would demand it.
     *
     * @return false by default
     */
    default boolean requiresNonces() {
        return false;
    }

    /**
     * Tells what to do when a refresh token was sent and nobody knows whether the server redeemed it.
     *
     * @return the policy; {@link UncertainRefresh#RETRY} by default
     */
    default UncertainRefresh uncertainRefresh() {
        return UncertainRefresh.RETRY;
    }

    /**
     * Tells whether tokens may be used although the store would not take the session, which is then held in memory.
     *
     * @return true by default; if false, the new refresh token is revoked and the user must sign in again
     */
    default boolean holdsUnsavedSessions() {
        return true;
    }
}
