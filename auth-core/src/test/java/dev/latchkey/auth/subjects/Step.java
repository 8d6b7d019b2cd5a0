package dev.latchkey.auth.subjects;

import java.util.List;
import java.util.Random;

/** Something that happens in a history, drawn at random. */
final class Step {

    static final List<String> ISSUERS = List.of("https://one.example", "https://two.example");
    private static final List<String> TENANTS = List.of("t1", "t2");
    private static final List<String> USERS = List.of("alice", "bob");
    private static final List<String> SESSIONS = List.of("", "phone");
    private static final List<String> SCOPES = List.of("a", "b", "a b");
    // Tokens live for an hour: a moment, within, at the end of and beyond a token's life.
    private static final List<Integer> MINUTES = List.of(1, 20, 58, 130);

    private final Kind kind;
    private final int node;
    private final Subject subject;
    private final String scopes;
    private final int minutes;

    private Step(Kind kind, int node, Subject subject, String scopes, int minutes) {
        this.kind = kind;
        this.node = node;
        this.subject = subject;
        this.scopes = scopes;
        this.minutes = minutes;
    }

    static Step draw(Random random, int nodes) {
        Subject subject =
                new Subject(one(random, ISSUERS), one(random, TENANTS), one(random, USERS), one(random, SESSIONS));
        return new Step(
                Kind.draw(random.nextInt(Kind.TOTAL)),
                random.nextInt(nodes),
                subject,
                one(random, SCOPES),
                one(random, MINUTES));
    }

    private static <T> T one(Random random, List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    Kind kind() {
        return kind;
    }

    int node() {
        return node;
    }

    Subject subject() {
        return subject;
    }

    String scopes() {
        return scopes;
    }

    int minutes() {
        return minutes;
    }

    @Override
    public String toString() {
        switch (kind) {
            case TIME:
                return minutes + " minutes";
            case RESTART:
                return "restart of node " + node;
            case UNAVAILABLE:
            case ANSWER_LOST:
                return kind + "";
            default:
                return kind + " " + subject + " " + scopes + " on node " + node;
        }
    }

    /** What happens, and how often relative to the others. */
    enum Kind {
        SIGN_IN(8),
        TOKEN(30),
        FORCED_TOKEN(4),
        CHALLENGED_TOKEN(3),
        REJECTED_TOKEN(3),
        APPLICATION_TOKEN(10),
        GRANT_TOKEN(8),
        MADE_GRANT_TOKEN(8),
        SIGN_OUT(4),
        TIME(12),
        RESTART(4),
        UNAVAILABLE(2),
        ANSWER_LOST(2);

        static final int TOTAL = total();

        private final int weight;

        Kind(int weight) {
            this.weight = weight;
        }

        private static int total() {
            int total = 0;
            for (Kind each : values()) {
                total += each.weight;
            }
            return total;
        }

        private static Kind draw(int dice) {
            int left = dice;
            for (Kind each : values()) {
                left -= each.weight;
                if (left < 0) {
                    return each;
                }
            }
            throw new AssertionError(dice);
        }
    }
}
