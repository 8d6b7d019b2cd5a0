package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonObject;
import java.time.Clock;
import java.util.List;

/** What the authorization server asks of every request of a client, at whichever endpoint. */
final class Doorman {

    private final String issuer;
    private final ClientDocuments clients;
    private final Nonces nonces;
    private final Clock clock;
    private final Replays replays;

    Doorman(String issuer, ClientDocuments clients, Nonces nonces, Clock clock, Replays replays) {
        this.issuer = issuer;
        this.clients = clients;
        this.nonces = nonces;
        this.clock = clock;
        this.replays = replays;
    }

    /** Proof, client and authentication. The nonce comes last, so that what it sends back counts as used up. */
    Caller admit(Call call) throws Refusal {
        form(call);
        Proof proof = Proof.of(call, issuer, clock, replays.proofs, null);
        ClientDocument client = clients.find(call.form("client_id").orElse(""));
        ClientKey key = Assertion.check(call, client, issuer, clock, replays.assertions, proof.thumbprint());
        nonces.check(proof.nonce());
        return new Caller(client, key, proof.thumbprint());
    }

    private static void form(Call call) throws Refusal {
        Refusal.unless(
                call.method().equals("POST") && call.isForm() && call.query().isEmpty(),
                Rule.FORM_POST,
                "invalid_request");
        for (List<String> values : call.form().values()) {
            Refusal.unless(values.size() == 1, Rule.FORM_REPEATED, "invalid_request");
        }
    }

    /** Answers a request, and gives the newest nonce to whoever showed a proof. */
    Reply answer(Call call, Endpoint endpoint) {
        Reply reply;
        try {
            reply = endpoint.answer(call, admit(call));
        } catch (Refusal refusal) {
            reply = refused(refusal);
        }
        Reply unstored = reply.with("Cache-Control", "no-store");
        return call.header("DPoP").isPresent() ? unstored.with("DPoP-Nonce", nonces.current()) : unstored;
    }

    static Reply refused(Refusal refusal) {
        JsonObject body = Json.object("error", refusal.error(), "error_description", refusal.description());
        return Reply.json(refusal.status(), body).noting(refusal.rule(), refusal.error());
    }

    /** What an endpoint does for a client that was admitted. */
    interface Endpoint {

        Reply answer(Call call, Caller caller) throws Refusal;
    }
}
