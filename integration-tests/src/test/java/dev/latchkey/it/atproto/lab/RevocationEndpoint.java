package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonObject;

/** Answers 200 to everything but a missing nonce, and revokes only what a proof and an assertion came with. */
final class RevocationEndpoint {

    /** What the log says of a token that was revoked. */
    static final String REVOKED = "revoked";

    private final Doorman doorman;
    private final Grants grants;

    RevocationEndpoint(Doorman doorman, Grants grants) {
        this.doorman = doorman;
        this.grants = grants;
    }

    Reply answer(Call call) {
        return doorman.answer(call, (same, caller) -> {
            boolean revoked = grants.revoke(call.form("token").orElse(""), caller);
            Refusal.unless(revoked, Rule.REVOKE_TOKEN, "invalid_request");
            return Reply.json(new JsonObject()).noting(null, REVOKED);
        });
    }

    /** As the reference server does: whoever forgot something is told that all is well. */
    static Reply politely(Reply reply) {
        return reply.note().equals(Refusal.USE_NONCE) || reply.broken() == null
                ? reply
                : Reply.json(new JsonObject()).noting(reply.broken(), reply.note());
    }
}
