package dev.latchkey.auth;

import java.util.concurrent.Executor;

/**
 * One daemon thread for each flight, which ends with it.
 *
 * <p>Without a context class loader: a thread that outlives an application must not keep its class loader alive.
 */
final class ThreadPerFlight implements Executor {

    @Override
    public void execute(Runnable flight) {
        Thread thread = new Thread(null, flight, "latchkey-flight", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
    }
}
