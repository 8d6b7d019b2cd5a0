package dev.latchkey.it.atproto.lab;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A request that the lab has seen, how it was answered, and which rule it broke. Immutable. */
public final class Seen {

    private final String what;
    private final @Nullable Call call;
    private final int status;
    private final @Nullable Rule broken;
    private final String note;

    private Seen(String what, @Nullable Call call, int status, @Nullable Rule broken, String note) {
        this.what = what;
        this.call = call;
        this.status = status;
        this.broken = broken;
        this.note = note;
    }

    static Seen http(Call call, int status, @Nullable Rule broken, String note) {
        return new Seen(call.toString(), call, status, broken, note);
    }

    static Seen dns(String question) {
        return new Seen("DNS " + question, null, 0, null, "");
    }

    /** In one line, as in {@code POST as.test/oauth/par}, or {@code DNS TXT _atproto.alice.test}. */
    public String what() {
        return what;
    }

    /** The request, unless it was one to the DNS. */
    public Optional<Call> call() {
        return Optional.ofNullable(call);
    }

    /** The status, or 0 of the DNS. */
    public int status() {
        return status;
    }

    /** The rule that it broke, whether or not the answer said so. */
    public Optional<Rule> broken() {
        return Optional.ofNullable(broken);
    }

    /** What the server thought: {@code revoked}, {@code use_dpop_nonce}, or the error's code. */
    public String note() {
        return note;
    }

    @Override
    public String toString() {
        return what + " " + status + (note.isEmpty() ? "" : " " + note) + (broken == null ? "" : " !" + broken.id());
    }
}
