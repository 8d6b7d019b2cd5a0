package dev.latchkey.it.nodes;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** One process of a fleet. */
public final class Node {

    private final String name;
    private final Process process;

    Node(String name, Process process) {
        this.name = name;
        this.process = process;
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    /** SIGKILL: nothing of the process runs any more, no hook and no finally. */
    void kill() {
        // By its handle, which leaves its output to be read.
        process.toHandle().destroyForcibly();
    }

    /** Waits until nothing of it is left. */
    void awaitEnd() throws InterruptedException {
        process.waitFor();
    }

    /** Gives it a line on its standard input. */
    public void tell(String line) throws IOException {
        OutputStream input = process.getOutputStream();
        input.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        input.flush();
    }

    Process process() {
        return process;
    }

    @Override
    public String toString() {
        return name;
    }
}
