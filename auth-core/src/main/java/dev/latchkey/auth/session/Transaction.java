package dev.latchkey.auth.session;

import dev.latchkey.auth.authorize.AuthorizationTransaction;
import dev.latchkey.auth.authorize.CodeVerifier;
import dev.latchkey.auth.authorize.State;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.identity.Nonce;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was made when an authorization began and is needed to complete it: the whole metadata of the server that the
 * browser was sent to (so that the code goes to that server and no other), the client, state, nonce, verifier, redirect
 * URI, and what the ID token must show. Immutable; it prints nothing of this.
 */
public final class Transaction {

    private static final long VERSION = 1;

    private final Map<String, Object> json;
    private final Fields fields;

    private Transaction(Map<String, Object> json) {
        this.json = json;
        this.fields = new Fields(json);
    }

    /**
     * Starts a transaction.
     *
     * @param server the server that the browser is sent to
     * @param clientId the client
     * @param state the state
     * @param verifier the code verifier
     * @param redirectUri the redirect URI
     * @param asked what is asked for
     * @param expiresAt when it is forgotten
     * @return a builder
     */
    public static Builder builder(
            AuthorizationServerMetadata server,
            String clientId,
            State state,
            CodeVerifier verifier,
            URI redirectUri,
            Scopes asked,
            Instant expiresAt) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("v", VERSION);
        json.put("server", server.asMap());
        json.put("client_id", clientId);
        json.put("state", state.reveal());
        json.put("code_verifier", verifier.reveal());
        json.put("redirect_uri", redirectUri.toString());
        json.put("scope", asked.toString());
        json.put("expires_at", expiresAt.getEpochSecond());
        return new Builder(json);
    }

    /**
     * Reads a transaction.
     *
     * @param utf8 what {@link #record()} or {@link #carried()} wrote
     * @return the transaction
     * @throws IllegalArgumentException if the bytes are something else
     */
    public static Transaction read(byte[] utf8) {
        try {
            Transaction transaction = new Transaction(new Fields(Json.object(utf8)).present());
            if (transaction.fields.number("v") != VERSION) {
                throw new IllegalArgumentException("The transaction has a version that this release does not know");
            }
            return transaction;
        } catch (JsonFault e) {
            throw new IllegalArgumentException("The transaction is damaged");
        }
    }

    /**
     * Reads a transaction that the application carried.
     *
     * @param carried what the application kept
     * @return the transaction
     * @throws IllegalArgumentException if the text is something else
     */
    public static Transaction read(AuthorizationTransaction carried) {
        return read(carried.reveal().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes the transaction for the store.
     *
     * @return the record
     */
    public StoreRecord record() {
        return StoreRecord.of(Json.write(json), expiresAt());
    }

    /**
     * Writes the transaction for an application that carries it.
     *
     * @return the secret
     */
    public AuthorizationTransaction carried() {
        return AuthorizationTransaction.restore(new String(Json.write(json), StandardCharsets.UTF_8));
    }

    /**
     * Gives the server that the browser was sent to.
     *
     * @return its metadata
     */
    public AuthorizationServerMetadata server() {
        return AuthorizationServerMetadata.of(fields.object("server").present());
    }

    /**
     * Gives the client that began.
     *
     * @return its identifier
     */
    public String clientId() {
        return fields.text("client_id");
    }

    /**
     * Gives the state.
     *
     * @return the state
     */
    public State state() {
        return State.of(fields.text("state"));
    }

    /**
     * Gives the code verifier.
     *
     * @return the verifier
     */
    public CodeVerifier verifier() {
        return CodeVerifier.of(fields.text("code_verifier"));
    }

    /**
     * Gives the redirect URI.
     *
     * @return the redirect URI of the request
     */
    public URI redirectUri() {
        return URI.create(fields.text("redirect_uri"));
    }

    /**
     * Tells what was asked for.
     *
     * @return the scopes
     */
    public Scopes scopes() {
        return Scopes.parse(fields.text("scope"));
    }

    /**
     * Tells when the transaction ends.
     *
     * @return the instant
     */
    public Instant expiresAt() {
        return Instant.ofEpochSecond(fields.number("expires_at"));
    }

    /**
     * Gives the nonce.
     *
     * @return the nonce, or null if none was sent
     */
    public @Nullable Nonce nonce() {
        String nonce = fields.optionalText("nonce");
        return nonce == null ? null : Nonce.of(nonce);
    }

    /**
     * Gives the hash of the browser's binding.
     *
     * @return the hash, or nothing if the application carries the transaction
     */
    public Optional<String> bindingHash() {
        return Optional.ofNullable(fields.optionalText("browser"));
    }

    /**
     * Tells how the account is named.
     *
     * @return the naming
     */
    public AccountNaming naming() {
        String subject = fields.optionalText("subject");
        String session = fields.optionalText("session");
        AccountNaming naming = subject == null ? AccountNaming.byServer() : AccountNaming.subject(subject);
        return session == null ? naming : naming.session(session);
    }

    /**
     * Tells how long ago the user may have signed in.
     *
     * @return the age, or nothing
     */
    public Optional<Duration> maxAge() {
        return fields.has("max_age") ? Optional.of(Duration.ofSeconds(fields.number("max_age"))) : Optional.empty();
    }

    /**
     * Tells the authentication context classes of which one must be met.
     *
     * @return the classes, possibly none
     */
    public List<String> acrValues() {
        List<String> values = new ArrayList<>();
        Object saved = json.get("acr_values");
        if (saved instanceof List) {
            ((List<?>) saved).forEach(each -> values.add(String.valueOf(each)));
        }
        return values;
    }

    /**
     * Tells the resources that were named.
     *
     * @return the resources, possibly none
     */
    public List<URI> resources() {
        List<URI> values = new ArrayList<>();
        Object saved = json.get("resources");
        if (saved instanceof List) {
            ((List<?>) saved).forEach(each -> values.add(URI.create(String.valueOf(each))));
        }
        return values;
    }

    /**
     * Tells whether a signed answer was asked for (JARM).
     *
     * @return true if a plain one must be refused
     */
    public boolean answersSigned() {
        return Boolean.TRUE.equals(json.get("answers_signed"));
    }

    /**
     * Tells whether the request was pushed.
     *
     * @return true if the browser carried a reference to it only
     */
    public boolean pushed() {
        return Boolean.TRUE.equals(json.get("pushed"));
    }

    /**
     * Tells under which security profile the authorization began.
     *
     * @return the profile's name, or nothing in a transaction of a release that knew none
     */
    public Optional<String> securityProfile() {
        return Optional.ofNullable(fields.optionalText("security_profile"));
    }

    /**
     * Gives the saved token binding.
     *
     * @return the binding, or nothing
     */
    public Optional<SavedBinding> binding() {
        if (!fields.has("binding")) {
            return Optional.empty();
        }
        Fields saved = fields.object("binding");
        return Optional.of(new SavedBinding(saved.text("kind"), saved.text("saved"), null, Map.of()));
    }

    @Override
    public String toString() {
        return "Transaction[redacted]";
    }

    /** Collects what not every transaction has. */
    public static final class Builder {

        private final Map<String, Object> json;

        private Builder(Map<String, Object> json) {
            this.json = json;
        }

        /**
         * Sets a text or number or list, or that something is true.
         *
         * @param name {@code nonce}, {@code browser}, {@code subject}, {@code session}, {@code max_age},
         *     {@code acr_values}, {@code resources}, {@code answers_signed}, {@code pushed} or {@code security_profile}
         * @param value its value; null leaves it out
         * @return this builder
         */
        public Builder with(String name, @Nullable Object value) {
            if (value != null) {
                json.put(name, value);
            }
            return this;
        }

        /**
         * Sets the token binding.
         *
         * @param binding the binding, or null
         * @return this builder
         */
        public Builder binding(@Nullable SavedBinding binding) {
            if (binding != null) {
                Map<String, Object> saved = new LinkedHashMap<>();
                saved.put("kind", binding.kind());
                saved.put("saved", binding.saved());
                json.put("binding", saved);
            }
            return this;
        }

        /**
         * Finishes the transaction.
         *
         * @return the immutable transaction
         */
        public Transaction build() {
            return new Transaction(new LinkedHashMap<>(json));
        }
    }
}
