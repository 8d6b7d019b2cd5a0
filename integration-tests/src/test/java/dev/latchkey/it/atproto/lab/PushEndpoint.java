package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonObject;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Takes pushed authorization requests (RFC 9126). */
final class PushEndpoint implements Doorman.Endpoint {

    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final String INVALID = "invalid_request";
    private static final String HANDLE =
            "([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?";
    private static final String DID = "did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]";

    private final Grants grants;
    private final Clock clock;
    private final Replays replays;

    PushEndpoint(Grants grants, Clock clock, Replays replays) {
        this.grants = grants;
        this.clock = clock;
        this.replays = replays;
    }

    @Override
    public Reply answer(Call call, Caller caller) throws Refusal {
        Refusal.unless(!call.form().containsKey("request_uri"), Rule.PAR_REQUEST_URI, INVALID);
        Refusal.unless(is(call, "response_type", "code"), Rule.PAR_RESPONSE_TYPE, "unsupported_response_type");
        Refusal.unless(
                Set.of("query", "fragment").contains(call.form("response_mode").orElse("query")),
                Rule.PAR_RESPONSE_MODE,
                INVALID);
        Refusal.unless(
                call.form("code_challenge").orElse("").matches("[A-Za-z0-9_-]{43}"), Rule.PAR_CHALLENGE, INVALID);
        Refusal.unless(is(call, "code_challenge_method", "S256"), Rule.PAR_CHALLENGE_METHOD, INVALID);
        // 22 characters of base64url are 128 bits.
        Refusal.unless(call.form("state").orElse("").length() >= 22, Rule.PAR_STATE, INVALID);
        Refusal.unless(
                caller.client.redirectUris().allow(call.form("redirect_uri").orElse("")),
                Rule.PAR_REDIRECT_URI,
                INVALID);
        Set<String> scopes = scopes(call, caller.client);
        String hint = call.form("login_hint").orElse("did:plc:none");
        Refusal.unless(hint.matches(HANDLE) || hint.matches(DID), Rule.PAR_LOGIN_HINT, INVALID);
        Refusal.unless(
                call.form("dpop_jkt").orElse(caller.proofKey).equals(caller.proofKey), Rule.PAR_DPOP_JKT, INVALID);
        fresh(call, caller);
        JsonObject body = new JsonObject();
        body.addProperty(
                "request_uri",
                grants.push(new Pushed(caller, call, scopes, clock.instant().plus(LIFE))));
        body.addProperty("expires_in", LIFE.toSeconds());
        return Reply.json(201, body);
    }

    /** Asked last: what was refused for another reason may come again. */
    private void fresh(Call call, Caller caller) throws Refusal {
        Refusal.unless(replays.states.add(call.form("state").orElse("")), Rule.PAR_STATE_FRESH, INVALID);
        Refusal.unless(
                replays.challenges.add(call.form("code_challenge").orElse("")), Rule.PAR_CHALLENGE_FRESH, INVALID);
        Refusal.unless(replays.proofKeys.add(caller.proofKey), Rule.PAR_PROOF_KEY_FRESH, INVALID);
    }

    private static boolean is(Call call, String name, String value) {
        return call.form(name).filter(value::equals).isPresent();
    }

    private static Set<String> scopes(Call call, ClientDocument client) throws Refusal {
        List<String> asked = List.of(call.form("scope").orElse("").split(" ", -1));
        Refusal.unless(
                asked.contains("atproto") && client.scopes().containsAll(asked), Rule.PAR_SCOPE, "invalid_scope");
        Refusal.unless(asked.stream().allMatch(LabScope::isUnderstood), Rule.PAR_PERMISSION, "invalid_scope");
        Refusal.unless(
                !asked.contains("transition:chat.bsky") || asked.contains("transition:generic"),
                Rule.PAR_CHAT_SCOPE,
                "invalid_scope");
        return new java.util.LinkedHashSet<>(asked);
    }
}
