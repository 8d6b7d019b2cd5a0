package dev.latchkey.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;

/** Runs each flight on a thread of its own, as the default does, and lets a test wait for those in the background. */
final class JoinedFlights implements Executor {

    private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();

    @Override
    public void execute(Runnable flight) {
        Thread thread = new Thread(flight, "flight");
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    void join() throws InterruptedException {
        for (Thread thread = threads.poll(); thread != null; thread = threads.poll()) {
            thread.join(10_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }
}
