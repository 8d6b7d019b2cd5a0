package dev.latchkey.auth.grant;

import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A token exchanged for another: one for somebody else's API, or on somebody's behalf (RFC 8693 §2.1).
 *
 * <p>With an actor token the one who acts is named beside the one who is acted for (delegation); without one the new token
 * makes its holder look like the subject (impersonation). Immutable; it prints no token.
 */
public final class TokenExchangeGrant implements Grant {

    /** The value of {@code grant_type}. */
    public static final String TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";

    private final Parameters parameters;

    private TokenExchangeGrant(Parameters parameters) {
        this.parameters = parameters;
    }

    /**
     * Exchanges a token for one with the scopes and for the target that the server thinks right.
     *
     * @param subject who the new token shall be about
     * @return the grant
     */
    public static TokenExchangeGrant of(SecurityToken subject) {
        return builder(subject).build();
    }

    /**
     * Starts an exchange.
     *
     * @param subject who the new token shall be about
     * @return a builder
     */
    public static Builder builder(SecurityToken subject) {
        return new Builder(subject);
    }

    @Override
    public String grantType() {
        return TYPE;
    }

    @Override
    public Parameters parameters() {
        return parameters;
    }

    @Override
    public String toString() {
        return "TokenExchangeGrant[" + parameters + "]";
    }

    /** Collects the parts of an exchange. Not safe for use by several threads. */
    public static final class Builder {

        private final SecurityToken subject;
        private final List<URI> resources = new ArrayList<>();
        private final List<String> audiences = new ArrayList<>();
        private @Nullable SecurityToken actor;
        private @Nullable TokenTypeIdentifier requestedTokenType;
        private Scopes scopes = Scopes.NONE;

        private Builder(SecurityToken subject) {
            this.subject = Objects.requireNonNull(subject, "subject");
        }

        /**
         * Names who acts for the subject.
         *
         * @param actor the token of the one who acts
         * @return this builder
         */
        public Builder actor(SecurityToken actor) {
            this.actor = Objects.requireNonNull(actor, "actor");
            return this;
        }

        /**
         * Names where the new token shall be used, by its address. It may be called several times.
         *
         * @param resource an absolute URI without a fragment
         * @return this builder
         * @throws IllegalArgumentException if it is relative or has a fragment
         */
        public Builder resource(URI resource) {
            if (!resource.isAbsolute() || resource.getRawFragment() != null) {
                throw new IllegalArgumentException("resource must be absolute and without a fragment (RFC 8693 §2.1)");
            }
            resources.add(resource);
            return this;
        }

        /**
         * Names where the new token shall be used, by a name that the server knows. It may be called several times.
         *
         * @param audience the name
         * @return this builder
         */
        public Builder audience(String audience) {
            audiences.add(Objects.requireNonNull(audience, "audience"));
            return this;
        }

        /**
         * Says what the new token shall be allowed.
         *
         * @param scopes the scopes
         * @return this builder
         */
        public Builder scopes(Scopes scopes) {
            this.scopes = Objects.requireNonNull(scopes, "scopes");
            return this;
        }

        /**
         * Says what kind of token is wanted.
         *
         * @param type the kind
         * @return this builder
         */
        public Builder requestedTokenType(TokenTypeIdentifier type) {
            this.requestedTokenType = Objects.requireNonNull(type, "type");
            return this;
        }

        /**
         * Finishes the grant.
         *
         * @return the immutable grant
         */
        public TokenExchangeGrant build() {
            Parameters parameters = Parameters.NONE;
            for (URI resource : resources) {
                parameters = parameters.and("resource", resource.toString());
            }
            for (String audience : audiences) {
                parameters = parameters.and("audience", audience);
            }
            if (!scopes.isEmpty()) {
                parameters = parameters.with("scope", scopes.toString());
            }
            if (requestedTokenType != null) {
                parameters = parameters.with("requested_token_type", requestedTokenType.uri());
            }
            parameters = parameters
                    .with("subject_token", subject.reveal())
                    .with("subject_token_type", subject.type().uri());
            if (actor != null) {
                parameters = parameters
                        .with("actor_token", actor.reveal())
                        .with("actor_token_type", actor.type().uri());
            }
            return new TokenExchangeGrant(parameters);
        }
    }
}
