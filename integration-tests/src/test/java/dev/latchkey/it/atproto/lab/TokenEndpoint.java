package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;

/** Redeems codes and refresh tokens. */
final class TokenEndpoint implements Doorman.Endpoint {

    private final Grants grants;
    private final Clock clock;
    private final Consumer<JsonObject> alter;

    TokenEndpoint(Grants grants, Clock clock, Consumer<JsonObject> alter) {
        this.grants = grants;
        this.clock = clock;
        this.alter = alter;
    }

    @Override
    public Reply answer(Call call, Caller caller) throws Refusal {
        switch (call.form("grant_type").orElse("")) {
            case "authorization_code":
                return tokens(grants.redeem(call.form("code").orElse(""), caller, call));
            case "refresh_token":
                return tokens(grants.refresh(call.form("refresh_token").orElse(""), caller));
            default:
                throw Refusal.of(Rule.TOKEN_GRANT_TYPE, "unsupported_grant_type");
        }
    }

    private Reply tokens(LabSession session) {
        JsonObject body = Json.object(
                "access_token", session.accessToken,
                "token_type", "DPoP",
                "refresh_token", session.refreshToken,
                "scope", session.scope,
                "sub", session.subject);
        body.addProperty(
                "expires_in", Duration.between(clock.instant(), session.expires).toSeconds());
        alter.accept(body);
        return Reply.json(body).with("Pragma", "no-cache");
    }
}
