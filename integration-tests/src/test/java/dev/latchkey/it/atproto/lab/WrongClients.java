package dev.latchkey.it.atproto.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Ways to break the rules, one at a time. */
final class WrongClients {

    private static final List<Wrong> ALL = new ArrayList<>();

    static {
        WrongDocuments.all(WrongClients::add);
        WrongRequests.all(WrongClients::add);
        WrongTokens.all(WrongClients::add);
    }

    private WrongClients() {}

    static List<Wrong> all() {
        return List.copyOf(ALL);
    }

    private static void add(Rule rule, String how, Function<RawClient, Answer> what) {
        ALL.add(new Wrong(rule, how, what));
    }

    /** Takes ways to break rules. */
    interface Collector {

        void breaks(Rule rule, String how, Function<RawClient, Answer> what);
    }

    /** One way to break one rule: what it does, and what it is answered at the end. */
    static final class Wrong {

        final Rule rule;
        final Function<RawClient, Answer> what;
        private final String how;

        private Wrong(Rule rule, String how, Function<RawClient, Answer> what) {
            this.rule = rule;
            this.how = how;
            this.what = what;
        }

        @Override
        public String toString() {
            return rule.id() + ": " + how;
        }
    }
}
