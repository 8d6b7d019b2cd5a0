package dev.latchkey.it.badfixtures.stray;

import java.util.Set;
import java.util.concurrent.Flow;

/** Constants, an enum and a switch over it. */
final class MayHaveConstants {

    private static final Set<String> NAMES = Set.of("a", "b");
    private static final char[] DIGITS = {'0', '1'};

    private static final Flow.Subscription NOTHING = new Flow.Subscription() {
        @Override
        public void request(long count) {}

        @Override
        public void cancel() {}
    };

    enum Size {
        SMALL,
        LARGE
    }

    static boolean has(String name, Size size) {
        switch (size) {
            case SMALL:
                return name.charAt(0) == DIGITS[0];
            default:
                NOTHING.cancel();
                return NAMES.contains(name);
        }
    }
}
