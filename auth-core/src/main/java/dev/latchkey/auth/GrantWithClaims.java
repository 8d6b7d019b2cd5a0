package dev.latchkey.auth;

import dev.latchkey.auth.grant.Grant;
import dev.latchkey.auth.grant.Parameters;
import dev.latchkey.auth.token.TokenOptions;

/** A grant with the claims that a resource demands beside it (OpenID Connect Core §5.5). */
final class GrantWithClaims implements Grant {

    private final Grant grant;
    private final String claims;

    private GrantWithClaims(Grant grant, String claims) {
        this.grant = grant;
        this.claims = claims;
    }

    static Grant of(Grant grant, TokenOptions options) {
        return options.claims()
                .<Grant>map(claims -> new GrantWithClaims(grant, claims))
                .orElse(grant);
    }

    @Override
    public String grantType() {
        return grant.grantType();
    }

    @Override
    public Parameters parameters() {
        return grant.parameters().with("claims", claims);
    }
}
