package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.IdTokenClaims;
import dev.latchkey.auth.identity.IdTokenVerifier;
import dev.latchkey.auth.identity.SignIn;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.protocol.IdTokenChecks;
import dev.latchkey.auth.protocol.Revocations;
import dev.latchkey.auth.server.AccountCheck;
import dev.latchkey.auth.session.AccountRecords;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.SessionKey;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.SessionStore;
import dev.latchkey.auth.session.TokenMemory;
import dev.latchkey.auth.session.Written;
import dev.latchkey.auth.token.IdToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Turns a token response into a sign-in: checks the ID token, names the account, and writes the session. */
final class SignIns {

    private static final String NAMELESS =
            "the server names nobody: ask for scope openid, or name the subject with AccountNaming.subject(…)";

    private final Settings settings;
    private final ServerForms forms;
    private final SessionStore sessions;
    private final AccountRecords accounts;
    private final Bindings bindings;
    private final TokenMemory memory;
    private final RevocationEndpoint revocations;
    private final ReplacedSessions replaced;

    SignIns(
            Settings settings,
            ServerForms forms,
            SessionStore sessions,
            AccountRecords accounts,
            Bindings bindings,
            TokenMemory memory,
            RevocationEndpoint revocations,
            ReplacedSessions replaced) {
        this.revocations = revocations;
        this.replaced = replaced;
        this.forms = forms;
        this.accounts = accounts;
        this.memory = memory;
        this.settings = settings;
        this.sessions = sessions;
        this.bindings = bindings;
    }

    /** Refuses, before anything is sent, an ID token that nobody would verify and an account that nobody would name. */
    void requireNameable(Scopes scopes, AccountNaming naming) {
        requireVerifier(scopes);
        if (!scopes.contains("openid")
                && naming.subject().isEmpty()
                && !settings.profile.namesAccountsWithoutIdToken()) {
            throw new ConfigurationException("account", NAMELESS);
        }
    }

    /** Refuses, before anything is sent, an ID token that nobody would verify. */
    void requireVerifier(Scopes scopes) {
        if (scopes.contains("openid") && settings.idTokens == null) {
            throw new ConfigurationException(
                    "idTokens",
                    "is missing; scope openid asks for an ID token, and a verifier must be given with idTokens(…)");
        }
    }

    SignIn finish(
            AuthorizationServerMetadata server,
            TokenResponse response,
            AskedFor asked,
            AccountNaming naming,
            @Nullable TokenBinding binding,
            Consumer<IdTokenChecks> furtherChecks) {
        boolean verified = response.idToken().isPresent() && settings.idTokens != null;
        try {
            if (!verified && asked.scopes().contains("openid")) {
                String host = server.tokenEndpoint().orElseThrow().getHost();
                throw new InvalidResponseException("id_token", host, "is missing although scope openid asked for it");
            }
            return accept(server, response, asked, naming, binding, furtherChecks);
        } catch (OAuthException e) {
            if (settings.profile.accountCheck().isPresent()) {
                // Tokens that are not kept must not live on: the server has heard of a sign-in that nobody here made.
                var unused = revocations.revoke(Revocations.of(response), null, binding);
            }
            throw e;
        }
    }

    /** Finishes a sign-in whose response need not have an ID token. */
    SignIn accept(
            AuthorizationServerMetadata server,
            TokenResponse response,
            AskedFor asked,
            AccountNaming naming,
            @Nullable TokenBinding binding,
            Consumer<IdTokenChecks> furtherChecks) {
        String host = server.tokenEndpoint().orElseThrow().getHost();
        IdTokenClaims claims = claims(server, response, host, furtherChecks);
        Account account = account(server, response, claims, naming, host);
        String contradiction = contradiction(account, server);
        if (contradiction != null) {
            throw new InvalidResponseException("sub", host, contradiction);
        }
        AskedFor kept = settings.profile.hasOneAccessToken() ? AskedFor.of(Scopes.NONE, RequestOptions.NONE) : asked;
        SessionRecord signedIn = SessionRecord.of(account, claims, bindings.save(binding))
                .with(kept, response, settings.clock.instant());
        SessionRecord record =
                forms.nonce(server, binding).map(signedIn::withServerNonce).orElse(signedIn);
        Written written = sessions.put(key(account), record);
        // What the session before had at hand was granted to another sign-in.
        memory.forget(account);
        written.failure().ifPresent(reason -> settings.tell(l -> l.sessionNotSaved(Optional.of(account), reason)));
        // Under another user name, it may be, which nobody will be found by any more.
        written.replaced().flatMap(SessionRecord::account).ifPresent(former -> accounts.renamed(former, account));
        if (!written.isGone()) {
            accounts.add(account, record.usableUntil());
        }
        settings.tell(listener -> listener.signedIn(account));
        replaced.end(server, account, record, written);
        return SignIn.of(account, claims, response);
    }

    /** Tells why a server may not speak for an account; null if it may. May block. */
    @Nullable
    String contradiction(Account account, AuthorizationServerMetadata server) {
        AccountCheck check = settings.profile.accountCheck().orElse(null);
        if (check == null) {
            return null;
        }
        try {
            return check.contradiction(account, server).orElse(null);
        } catch (OAuthException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ConfigurationException(
                    "server",
                    "the profile's account check threw " + e.getClass().getName(),
                    null,
                    e);
        }
    }

    /** Takes leave of a session that has ended by itself, or that ends with its last access token. */
    void ended(SessionRecord session, @Nullable SessionRecord rest) {
        session.account().ifPresent(account -> {
            if (rest == null) {
                accounts.removed(account);
            } else {
                accounts.add(account, rest.usableUntil());
            }
        });
    }

    SessionKey key(Account account) {
        return SessionKey.of(account, settings.clientId.value(), settings.bindingKind());
    }

    /** Checks the answer to a refresh, and an ID token that may come with it against the one of the sign-in. */
    void checkRefreshed(AuthorizationServerMetadata server, TokenResponse response, SessionRecord session) {
        String host = server.tokenEndpoint().orElseThrow().getHost();
        session.account().ifPresent(account -> settings.profile.checkRefreshed(server, response, account));
        Object issuer = session.idToken().get("iss");
        Object subject = session.idToken().get("sub");
        if (response.idToken().isEmpty() || settings.idTokens == null || issuer == null || subject == null) {
            return;
        }
        IdTokenClaims claims = verified(response.idToken().get(), settings.idTokens, server, host);
        IdTokenChecks checks = new IdTokenChecks(claims, host, settings.clock.instant(), settings.clockSkew);
        checks.audienceAndTimes(settings.clientId.value());
        checks.accessTokenHash(response.accessToken().reveal());
        Object authTime = session.idToken().get("auth_time");
        Object nonce = session.idToken().get("nonce");
        checks.refreshed(
                String.valueOf(issuer),
                String.valueOf(subject),
                authTime instanceof Long ? (Long) authTime : null,
                nonce instanceof String ? (String) nonce : null);
    }

    private @Nullable IdTokenClaims claims(
            AuthorizationServerMetadata server,
            TokenResponse response,
            String host,
            Consumer<IdTokenChecks> furtherChecks) {
        IdToken token = response.idToken().orElse(null);
        if (token == null || settings.idTokens == null) {
            // Without a verifier nobody asked for one; an ID token that came unasked is not looked at.
            return null;
        }
        IdTokenClaims claims = verified(token, settings.idTokens, server, host);
        Instant now = settings.clock.instant();
        IdTokenChecks checks = new IdTokenChecks(claims, host, now, settings.clockSkew);
        checks.require("iss", settings.profile.acceptsIssuer(server, claims), "is not the issuer that was asked");
        checks.audienceAndTimes(settings.clientId.value());
        checks.accessTokenHash(response.accessToken().reveal());
        settings.security.checkAge(checks);
        furtherChecks.accept(checks);
        return claims;
    }

    private IdTokenClaims verified(
            IdToken token, IdTokenVerifier verifier, AuthorizationServerMetadata server, String host) {
        try {
            IdTokenClaims claims = verifier.verify(token, server, settings.clientId);
            settings.security.checkTheirs("id_token", claims.algorithm(), host);
            return claims;
        } catch (IOException e) {
            throw new TemporaryFailureException("The keys of " + host + " cannot be had now", false, null, e);
        }
    }

    private Account account(
            AuthorizationServerMetadata server,
            TokenResponse response,
            @Nullable IdTokenClaims claims,
            AccountNaming naming,
            String host) {
        Account named = settings.profile.account(server, response, claims).orElse(null);
        String subject = naming.subject().orElse(null);
        if (named == null) {
            if (subject == null) {
                throw new ConfigurationException("account", NAMELESS);
            }
            named = Account.of(server.issuer(), subject);
        } else if (subject != null && !subject.equals(named.subject())) {
            throw new InvalidResponseException("sub", host, "is not the subject that the application named");
        }
        return named.withSession(naming.session());
    }
}
