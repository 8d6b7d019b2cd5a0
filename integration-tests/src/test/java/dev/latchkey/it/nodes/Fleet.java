package dev.latchkey.it.nodes;

import static org.assertj.core.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Java programs in processes of their own, and what they say, in the order in which it arrives. All are killed at the end. */
public final class Fleet implements AutoCloseable {

    private final String name;
    private final List<Node> nodes = new ArrayList<>();
    private final BlockingQueue<Said> heard = new LinkedBlockingQueue<>();
    private final List<Said> all = new ArrayList<>();

    /** None yet. */
    public Fleet(String name) {
        this.name = name;
    }

    /** Starts a program with these arguments. */
    public Node start(Class<?> program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx64m",
                "-cp",
                // Surefire's own jar stands for the class path of this JVM; this is what it stands for.
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName()));
        command.addAll(arguments);
        // What a JVM or a driver complains of is not what the program says.
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        Node node = new Node(name + "-" + (nodes.size() + 1), builder.start());
        nodes.add(node);
        Thread reader = new Thread(() -> read(node), "hears-" + node);
        reader.setDaemon(true);
        reader.start();
        return node;
    }

    private void read(Node node) {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(node.process().getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                heard.add(new Said(node, line));
            }
            heard.add(new Said(node, Said.GONE));
        } catch (IOException e) {
            heard.add(new Said(node, Said.GONE + " " + e));
        }
    }

    /** Waits for what any of them says next. */
    public Said next(long deadlineNanos) throws InterruptedException {
        Said next = heard.poll(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (next == null) {
            return fail("Nobody has said what was waited for. The last that was heard: " + tail());
        }
        all.add(next);
        return next;
    }

    /** Waits until each process has said it, and collects the tokens that they have seen. */
    public Set<String> await(String what, long deadlineNanos) throws InterruptedException {
        Set<String> tokens = new HashSet<>();
        int said = 0;
        while (said < nodes.size()) {
            Said next = next(deadlineNanos);
            if (next.is(Said.GENERATION)) {
                tokens.add(next.more);
            } else if (next.is(what)) {
                said++;
            } else {
                throw new AssertionError(tail());
            }
        }
        return tokens;
    }

    /** A deadline for {@link #next}. */
    public static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    /** What was heard last. */
    public String tail() {
        return all.subList(Math.max(0, all.size() - 40), all.size()).toString();
    }

    /** Kills all of them, and waits until nothing of them is left. */
    void kill() throws InterruptedException {
        close();
        for (Node node : nodes) {
            node.awaitEnd();
        }
    }

    @Override
    public void close() {
        nodes.forEach(Node::kill);
    }
}
