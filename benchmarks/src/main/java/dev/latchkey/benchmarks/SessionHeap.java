package dev.latchkey.benchmarks;

import dev.latchkey.auth.spi.InMemoryTokenStore;
import java.lang.ref.Reference;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * How many bytes of the heap a session takes whose token is at hand: the difference that so many sessions make after a
 * collection, where nothing else holds on to any part of them.
 */
public final class SessionHeap {

    private static final int SESSIONS = 100_000;

    // Not more, since MSAL4J's cache comes from one document in memory.
    private static final int MSAL_SESSIONS = 20_000;

    // Not more, since signing in takes Azure Identity milliseconds.
    private static final int AZURE_SESSIONS = 2_000;

    private SessionHeap() {}

    /**
     * Prints the figures.
     *
     * @param arguments none
     * @throws Exception if the sessions cannot be made
     */
    public static void main(String[] arguments) throws Exception {
        double access = bytesEach("string of the access token", SESSIONS, () -> strings("access", Users.ACCESS_TOKEN));
        double refresh =
                bytesEach("string of the refresh token", SESSIONS, () -> strings("refresh", Users.REFRESH_TOKEN));
        double id = bytesEach("string of the ID token", SESSIONS, () -> strings("id", Users.ID_TOKEN));

        // Once for the classes.
        Users.signedIn(Users.subjects(10));
        msal(10);
        azure(10);

        double cached = bytesEach("latchkey, at hand", SESSIONS, () -> Users.signedIn(Users.subjects(SESSIONS)));
        double both = bytesEach(
                "latchkey, and in the store in memory",
                SESSIONS,
                () -> Users.signedIn(Users.subjects(SESSIONS), InMemoryTokenStore.create()));
        double msal = bytesEach("msal4j, at hand and stored are one", MSAL_SESSIONS, () -> msal(MSAL_SESSIONS));

        double azure = bytesEach("azure-identity, a credential a user", AZURE_SESSIONS, () -> azure(AZURE_SESSIONS));

        System.out.println();
        ratio("latchkey, at hand, over the access token that it holds", cached, access, "1.3");
        ratio("latchkey, at hand, over msal4j", cached, msal, "1");
        ratio("latchkey with its store over all three tokens", both, access + refresh + id, "-");
        ratio("latchkey with its store over msal4j", both, msal, "1");
        ratio("latchkey with its store over azure-identity", both, azure, "1");
        ratio("msal4j over all three tokens", msal, access + refresh + id, "-");
    }

    private static String[] strings(String kind, int length) {
        String[] tokens = new String[SESSIONS];
        for (int i = 0; i < SESSIONS; i++) {
            tokens[i] = Users.token(kind, i, length);
        }
        return tokens;
    }

    private static Object msal(int users) throws Exception {
        return MsalUsers.signedIn(users, Instant.now().plus(1, ChronoUnit.DAYS), MsalUsers.noServer());
    }

    private static Object azure(int users) {
        Object[] credentials = new Object[users];
        CallingThread threads = new CallingThread();
        for (int i = 0; i < users; i++) {
            credentials[i] = AzureUsers.signedIn(i, threads);
        }
        return credentials;
    }

    private static double bytesEach(String what, int count, Callable<Object> maker) throws Exception {
        long before = used();
        Object made = maker.call();
        try {
            double each = (double) (used() - before) / count;
            System.out.printf(Locale.ROOT, "%-40s %,8.0f bytes a session%n", what, each);
            return each;
        } finally {
            Reference.reachabilityFence(made);
        }
    }

    private static void ratio(String what, double bytes, double of, String bar) {
        System.out.printf(Locale.ROOT, "%-60s %6.3f   bar %s%n", what, bytes / of, bar);
    }

    private static long used() throws InterruptedException {
        Runtime runtime = Runtime.getRuntime();
        for (int i = 0; i < 4; i++) {
            runtime.gc();
            Thread.sleep(50);
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
