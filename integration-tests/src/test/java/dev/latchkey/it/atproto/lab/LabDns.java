package dev.latchkey.it.atproto.lab;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** A DNS server over UDP on 127.0.0.1 that knows TXT records, and fails where it was told to. */
public final class LabDns {

    private static final int TYPE_TXT = 16;
    private static final int NO_ERROR = 0;
    private static final int SERVER_FAILURE = 2;
    private static final int NO_SUCH_NAME = 3;
    private static final int HEADER = 12;
    private static final int LONGEST_STRING = 255;
    private static final int TIME_TO_LIVE = 60;

    private final DatagramSocket socket;
    private final LabLog log;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    LabDns(LabLog log) {
        this.log = log;
        try {
            this.socket =
                    new DatagramSocket(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread thread = new Thread(this::serve, "atproto-lab-dns");
        thread.setDaemon(true);
        thread.start();
    }

    /** Where it is, as JNDI wants to know it: {@code dns://127.0.0.1:53535}. */
    public String url() {
        return "dns://127.0.0.1:" + port();
    }

    /** Its port on 127.0.0.1. */
    public int port() {
        return socket.getLocalPort();
    }

    /** A name has these TXT records; without any, it exists and has none. */
    public void txt(String name, String... values) {
        answers.put(key(name), new Answer(NO_ERROR, false, List.of(values)));
    }

    /** A name does not exist, which is so of each that nobody spoke of. */
    public void missing(String name) {
        answers.remove(key(name));
    }

    /** The server fails for this name. */
    public void fails(String name) {
        answers.put(key(name), new Answer(SERVER_FAILURE, false, List.of()));
    }

    /** The server says nothing at all for this name. */
    public void silent(String name) {
        answers.put(key(name), new Answer(NO_ERROR, true, List.of()));
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    private void serve() {
        byte[] buffer = new byte[1500];
        while (!socket.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                socket.receive(packet);
                byte[] answer = answer(Arrays.copyOf(buffer, packet.getLength()));
                if (answer.length > 0) {
                    socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            } catch (IOException | IndexOutOfBoundsException e) {
                // closed, or no question at all: nobody is to be told
            }
        }
    }

    /** RFC 1035 §4.1: the question comes back, and behind it the records. */
    private byte[] answer(byte[] question) {
        StringBuilder name = new StringBuilder();
        int at = HEADER;
        while (question[at] != 0) {
            int length = question[at];
            name.append(name.length() == 0 ? "" : ".")
                    .append(new String(question, at + 1, length, StandardCharsets.US_ASCII));
            at += length + 1;
        }
        int type = (question[at + 1] & 0xff) << 8 | (question[at + 2] & 0xff);
        int end = at + 5;
        String asked = name.toString();
        log.add(Seen.dns((type == TYPE_TXT ? "TXT" : "type " + type) + " " + asked));
        Answer answer = answers.getOrDefault(key(asked), new Answer(NO_SUCH_NAME, false, List.of()));
        return answer.silent ? new byte[0] : message(question, end, answer, type == TYPE_TXT);
    }

    private static byte[] message(byte[] question, int end, Answer answer, boolean txt) {
        List<String> records = txt ? answer.records : List.of();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(question, 0, 2);
        // A response, with the question's wish for recursion, which is granted.
        out.write(0x84 | (question[2] & 0x01));
        out.write(0x80 | answer.code);
        number(out, 1);
        number(out, records.size());
        number(out, 0);
        number(out, 0);
        out.write(question, HEADER, end - HEADER);
        for (String record : records) {
            // The name is the one at the beginning of the question.
            number(out, 0xc000 | HEADER);
            number(out, TYPE_TXT);
            number(out, 1);
            number(out, 0);
            number(out, TIME_TO_LIVE);
            byte[] data = strings(record);
            number(out, data.length);
            out.write(data, 0, data.length);
        }
        return out.toByteArray();
    }

    private static byte[] strings(String record) {
        byte[] text = record.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        do {
            int length = Math.min(LONGEST_STRING, text.length - at);
            out.write(length);
            out.write(text, at, length);
            at += length;
        } while (at < text.length);
        return out.toByteArray();
    }

    private static void number(ByteArrayOutputStream out, int value) {
        out.write(value >>> 8);
        out.write(value);
    }

    void stop() {
        socket.close();
    }

    /** What is said of a name. */
    private static final class Answer {

        private final int code;
        private final boolean silent;
        private final List<String> records;

        private Answer(int code, boolean silent, List<String> records) {
            this.code = code;
            this.silent = silent;
            this.records = records;
        }
    }
}
