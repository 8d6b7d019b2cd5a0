package dev.latchkey.auth.testkit;

import static java.util.stream.Collectors.groupingBy;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What several users of a store did and saw, and whether one order of all of it explains what they saw.
 *
 * <p>Each write is of a content of its own and gives a version of its own, so a key's life is a number of chains: a
 * creation, replacements that each name the version of the one before, and perhaps a removal. An act takes effect at
 * some instant between its start and its end. What was certainly so, or certainly not so, at every instant of an act
 * must agree with what the act saw; that finds what no order can explain, without trying the orders.
 */
final class StoreHistory {

    private final Queue<Act> acts = new ConcurrentLinkedQueue<>();
    private final Map<RecordVersion, Act> producers = new HashMap<>();
    private final Map<RecordVersion, Act> consumers = new HashMap<>();
    private final List<String> faults = new ArrayList<>();

    void add(Act act) {
        acts.add(act);
    }

    int size() {
        return acts.size();
    }

    /** Tells what no order explains; nothing if the store behaved. Called once, after all acts. */
    List<String> faults() {
        for (Act act : acts) {
            if (act.produced != null && producers.putIfAbsent(act.produced, act) != null) {
                fault(act, "gave a version for the second time");
            }
        }
        for (Act act : acts) {
            if (act.succeeded && !act.expected.equals(RecordVersion.ABSENT)) {
                consume(act);
            }
        }
        acts.stream().collect(groupingBy(act -> act.key)).values().forEach(this::checkKey);
        return faults;
    }

    private void consume(Act act) {
        Act producer = producers.get(act.expected);
        if (producer == null || !producer.key.equals(act.key)) {
            fault(act, "named a version that this key never had, and succeeded");
        }
        Act other = consumers.putIfAbsent(act.expected, act);
        if (other != null) {
            fault(act, "and " + other + " both replaced or removed one version");
        }
    }

    private void checkKey(List<Act> ofKey) {
        List<Life> lives = lives(ofKey);
        Life before = null;
        for (Life life : lives) {
            // Sorted by the end of the creation: certain lives that overlap are found next to each other. A record that
            // was
            // removed before its creator knew of it has none.
            if (life.certainFrom <= life.certainUntil) {
                if (before != null && life.certainFrom <= before.certainUntil) {
                    fault(life.creation, "created while the record of " + before.creation + " was there");
                }
                before = life;
            }
        }
        for (Act act : ofKey) {
            if (act.found != null) {
                checkFound(act, act.found);
            } else if (!act.succeeded) {
                checkNothing(act, lives);
            }
        }
    }

    private List<Life> lives(List<Act> ofKey) {
        List<Life> lives = new ArrayList<>();
        for (Act act : ofKey) {
            if (act.produced == null || !act.expected.equals(RecordVersion.ABSENT)) {
                continue;
            }
            Act last = act;
            for (int steps = 0; last != null && last.produced != null && steps <= ofKey.size(); steps++) {
                last = consumers.get(last.produced);
            }
            lives.add(new Life(act, last));
        }
        lives.sort(Comparator.comparingLong(life -> life.certainFrom));
        return lives;
    }

    private void checkFound(Act act, RecordVersion found) {
        Act producer = producers.get(found);
        if (producer == null || !producer.key.equals(act.key)) {
            fault(act, "found a version that this key never had");
            return;
        }
        Act consumer = consumers.get(found);
        if (!producer.content.equals(act.content)) {
            fault(act, "found the content \"" + act.content + "\" under the version of " + producer);
        }
        if (act.end < producer.start) {
            fault(act, "found the record before " + producer);
        }
        if (consumer != null && consumer.end < act.start) {
            fault(act, "found the record after " + consumer);
        }
    }

    /** An act that found nothing, or could not do what it wanted. */
    private void checkNothing(Act act, List<Life> lives) {
        if (act.kind == Kind.CREATE) {
            if (lives.stream().noneMatch(life -> life.creation.start <= act.end && life.possibleUntil >= act.start)) {
                fault(act, "was refused although nothing was there");
            }
        } else if (act.kind == Kind.FIND) {
            lives.stream()
                    .filter(life -> life.certainFrom < act.start && act.end < life.certainUntil)
                    .forEach(
                            life -> fault(act, "found nothing although the record of " + life.creation + " was there"));
        } else {
            Act producer = producers.get(act.expected);
            Act consumer = consumers.get(act.expected);
            if (producer != null
                    && producer.key.equals(act.key)
                    && producer.end < act.start
                    && (consumer == null || act.end < consumer.start)) {
                fault(act, "was refused although its version was there, from " + producer);
            }
        }
    }

    private void fault(Act act, String what) {
        faults.add(act + " " + what);
    }

    /** What was tried. */
    enum Kind {
        FIND,
        CREATE,
        REPLACE,
        REMOVE
    }

    /** One call, when it began and ended, and what came of it. */
    static final class Act {

        private final String user;
        private final Kind kind;
        private final StoreKey key;
        private final RecordVersion expected;
        private String content;
        private final long start = System.nanoTime();
        private long end;
        private boolean succeeded;
        private @Nullable RecordVersion produced;
        private @Nullable RecordVersion found;

        Act(String user, Kind kind, StoreKey key, RecordVersion expected, String content) {
            this.user = user;
            this.kind = kind;
            this.key = key;
            this.expected = expected;
            this.content = content;
        }

        Act ended() {
            end = System.nanoTime();
            return this;
        }

        Act produced(RecordVersion version) {
            produced = version;
            succeeded = true;
            return this;
        }

        Act removed() {
            succeeded = true;
            return this;
        }

        Act found(RecordVersion version, String itsContent) {
            found = version;
            content = itsContent;
            return this;
        }

        @Override
        public String toString() {
            return user + "'s " + kind + " of " + key + (expected.value().isEmpty() ? "" : " " + expected) + " ["
                    + start + ", " + end + "]";
        }
    }

    /** A record from its creation to its removal. */
    private static final class Life {

        private final Act creation;
        private final long certainFrom;
        private final long certainUntil;
        private final long possibleUntil;

        private Life(Act creation, @Nullable Act removal) {
            this.creation = creation;
            this.certainFrom = creation.end;
            this.certainUntil = removal == null ? Long.MAX_VALUE : removal.start;
            this.possibleUntil = removal == null ? Long.MAX_VALUE : removal.end;
        }
    }
}
