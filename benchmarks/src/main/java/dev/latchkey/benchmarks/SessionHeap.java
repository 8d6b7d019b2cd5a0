package dev.latchkey.benchmarks;

import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import dev.latchkey.auth.OAuthClient;
import java.lang.ref.Reference;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * How many bytes of the heap a session takes whose token is at hand: the difference that so many sessions make after a
 * collection, where nothing else holds on to any part of them.
 */
public final class SessionHeap {

    private static final int SESSIONS = 100_000;

    // Not more, since MSAL4J's cache comes from one document in memory.
    private static final int MSAL_SESSIONS = 20_000;

    private SessionHeap() {}

    /**
     * Prints the figures.
     *
     * @param arguments none
     * @throws Exception if the sessions cannot be made
     */
    public static void main(String[] arguments) throws Exception {
        String[] tokens = new String[SESSIONS];
        double empty = used();
        for (int i = 0; i < SESSIONS; i++) {
            tokens[i] = Users.token("access", i, Users.ACCESS_TOKEN);
        }
        double accessTokens = (used() - empty) / SESSIONS;
        print("strings of the access tokens", accessTokens);
        Reference.reachabilityFence(tokens);
        tokens = new String[0];

        // Once for the classes.
        Reference.reachabilityFence(Users.signedIn(Users.subjects(10)));
        empty = used();
        OAuthClient client = Users.signedIn(Users.subjects(SESSIONS));
        double latchkey = (used() - empty) / SESSIONS;
        print("latchkey, access token at hand", latchkey);
        Reference.reachabilityFence(client);

        Reference.reachabilityFence(msal(10));
        empty = used();
        ConfidentialClientApplication application = msal(MSAL_SESSIONS);
        double msal = (used() - empty) / MSAL_SESSIONS;
        print("msal4j, all tokens at hand", msal);
        Reference.reachabilityFence(application);

        System.out.printf(
                Locale.ROOT,
                "latchkey over the strings that it holds %.2f; msal4j over latchkey %.2f%n",
                latchkey / accessTokens,
                msal / latchkey);
        double longer = accessTokens + Users.REFRESH_TOKEN + Users.ID_TOKEN;
        System.out.printf(Locale.ROOT, "msal4j over the strings that it holds, about %.2f%n", msal / longer);
    }

    private static ConfidentialClientApplication msal(int users) throws Exception {
        return MsalUsers.signedIn(users, Instant.now().plus(1, ChronoUnit.DAYS), MsalUsers.noServer());
    }

    private static void print(String what, double bytes) {
        System.out.printf(Locale.ROOT, "%-32s %,8.0f bytes a session%n", what, bytes);
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
