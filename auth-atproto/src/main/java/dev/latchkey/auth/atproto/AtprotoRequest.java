package dev.latchkey.auth.atproto;

import dev.latchkey.auth.authorize.AuthorizationRequest;
import dev.latchkey.auth.authorize.Prompt;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.grant.RequestOptions;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.util.IllformedLocaleException;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A sign-in that begins: by whom, and how.
 *
 * <pre>{@code
 * client.authorize(AtprotoRequest.of("https://bsky.social").prompt(Prompt.CREATE).uiLocales("de"));
 * }</pre>
 *
 * <p>Immutable: each change gives a new one.
 */
public final class AtprotoRequest {

    private final String input;
    private final @Nullable URI redirectUri;
    private final @Nullable Scopes scopes;
    private final String session;
    private final @Nullable Prompt prompt;
    private final RequestOptions options;
    private final boolean fresh;

    private AtprotoRequest(
            String input,
            @Nullable URI redirectUri,
            @Nullable Scopes scopes,
            String session,
            @Nullable Prompt prompt,
            RequestOptions options,
            boolean fresh) {
        this.input = input;
        this.redirectUri = redirectUri;
        this.scopes = scopes;
        this.session = session;
        this.prompt = prompt;
        this.options = options;
        this.fresh = fresh;
    }

    /**
     * Begins with what somebody typed.
     *
     * @param input a handle, a DID, or the address of a server. Whoever begins with an account must sign in with it
     * @return a request with the client's first redirect URI and all its scopes
     */
    public static AtprotoRequest of(String input) {
        return new AtprotoRequest(
                Objects.requireNonNull(input, "input"), null, null, "", null, RequestOptions.NONE, false);
    }

    /**
     * Says where the browser comes back to; to the client's first redirect URI otherwise.
     *
     * @param redirectUri one of the client's; with the port where somebody listens, if that is registered without one
     * @return the request with that address
     */
    public AtprotoRequest redirectUri(URI redirectUri) {
        return new AtprotoRequest(
                input, Objects.requireNonNull(redirectUri, "redirectUri"), scopes, session, prompt, options, fresh);
    }

    /**
     * Says what is asked for.
     *
     * @param scopes of the client's, with {@code atproto} among them; sent as its document spells them
     * @return the request with those scopes
     */
    public AtprotoRequest scopes(Scopes scopes) {
        return new AtprotoRequest(
                input, redirectUri, Objects.requireNonNull(scopes, "scopes"), session, prompt, options, fresh);
    }

    /**
     * Gives the session a name, so that one account can have several.
     *
     * @param session the name; empty if one is enough
     * @return the request with that name
     */
    public AtprotoRequest session(String session) {
        return new AtprotoRequest(
                input, redirectUri, scopes, Objects.requireNonNull(session, "session"), prompt, options, fresh);
    }

    /**
     * Says what the server shall ask of the user: to sign in, to consent, to choose an account, or to create one, which needs a
     * server as its start.
     *
     * @param prompt the prompt
     * @return the request with that prompt
     */
    public AtprotoRequest prompt(Prompt prompt) {
        return new AtprotoRequest(
                input, redirectUri, scopes, session, Objects.requireNonNull(prompt, "prompt"), options, fresh);
    }

    /**
     * Says which languages the user reads. Servers take a language and a country, such as {@code de-CH}; what else a tag says is left out,
     * since they refuse the whole request for it.
     *
     * @param locales language tags (RFC 5646), the best one first
     * @return the request with those languages
     * @throws IllegalArgumentException if there is none, or one is malformed
     */
    public AtprotoRequest uiLocales(String... locales) {
        Set<String> understood = new LinkedHashSet<>();
        for (String each : locales) {
            try {
                understood.add(
                        understood(new Locale.Builder().setLanguageTag(each).build()));
            } catch (IllformedLocaleException e) {
                throw new IllegalArgumentException("locales must be language tags, such as de-CH", e);
            }
        }
        understood.remove("");
        if (locales.length == 0) {
            throw new IllegalArgumentException("locales names none");
        }
        return new AtprotoRequest(
                input,
                redirectUri,
                scopes,
                session,
                prompt,
                understood.isEmpty()
                        ? RequestOptions.NONE
                        : RequestOptions.NONE.parameter("ui_locales", String.join(" ", understood)),
                fresh);
    }

    private static String understood(Locale locale) {
        String language = locale.getLanguage();
        String country = locale.getCountry();
        if (!language.matches("[a-z]{2,3}")) {
            return "";
        }
        return country.matches("[A-Z]{2}") ? language + "-" + country : language;
    }

    /**
     * Has the account and its server looked up anew, past what is remembered of them for some minutes: after a server has refused
     * somebody, who may have moved.
     *
     * @return the request that goes by nothing remembered
     */
    public AtprotoRequest fresh() {
        return new AtprotoRequest(input, redirectUri, scopes, session, prompt, options, true);
    }

    /** Says where the browser comes back to, unless another place was named. */
    AtprotoRequest comingBackTo(URI receiver) {
        if (redirectUri != null && !redirectUri.equals(receiver)) {
            throw new ConfigurationException("redirectUri", "is not the receiver's, so that no callback would arrive");
        }
        return redirectUri(receiver);
    }

    boolean isFresh() {
        return fresh;
    }

    /**
     * Tells what somebody typed.
     *
     * @return the handle, DID or address
     */
    public String input() {
        return input;
    }

    /**
     * Makes a client's request of it.
     *
     * @throws ConfigurationException if redirect URI or scopes are not the client's
     */
    AuthorizationRequest.Builder checkedBy(AtprotoClientMetadata client) {
        URI address = redirectUri == null ? client.redirectUris().get(0) : redirectUri;
        Scopes asked = scopes == null ? client.scopes() : scopes;
        if (!client.accepts(address)) {
            throw new ConfigurationException(
                    "redirect_uri", "is none of the client's metadata, which has " + client.redirectUris());
        }
        AuthorizationRequest.Builder request = AuthorizationRequest.builder(
                        address, ClientMetadataRules.checkAsked(asked, client.scopes()))
                .options(options);
        return prompt == null ? request : request.prompt(prompt);
    }

    /** Says whose sign-in it is to be. */
    AuthorizationRequest startingAt(AtprotoStart start, AuthorizationRequest.Builder request) {
        AccountNaming naming = start.identity()
                .map(identity -> AccountNaming.subject(identity.did().toString()))
                .orElse(AccountNaming.byServer())
                .session(session);
        start.loginHint().ifPresent(request::loginHint);
        return request.account(naming).build();
    }

    @Override
    public String toString() {
        return "AtprotoRequest[" + session + "]";
    }
}
