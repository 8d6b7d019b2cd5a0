package dev.latchkey.platform.http;

import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.platform.exchange.RequestLog;
import dev.latchkey.platform.exchange.Response;
import dev.latchkey.platform.fault.Fault;
import dev.latchkey.platform.fault.Wire;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One connection: its requests, one after the other, on its own thread. */
final class Connection {
    private final Socket raw;
    private final InputStream in;
    private final OutputStream out;
    private final RequestReader reader;
    private final CountDownLatch closing;

    Connection(Socket raw, Socket socket, long number, CountDownLatch closing) throws IOException {
        this.raw = raw;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
        this.reader = new RequestReader(in, out, number);
        this.closing = closing;
    }

    void serve(Handler handler, RequestLog log, FaultScript faults) throws IOException {
        boolean open = true;
        while (open) {
            try {
                ReceivedRequest request = reader.read();
                if (request == null) {
                    return;
                }
                log.add(request);
                open = answer(request, handler, faults.take(request.path()));
            } catch (BadRequestException e) {
                out.write(encode(Response.of(e.status()).header("Connection", "close"), true));
                out.flush();
                return;
            }
        }
        out.close();
    }

    private boolean answer(ReceivedRequest request, Handler handler, Optional<Fault> fault) throws IOException {
        Exchange exchange = new Exchange(request, handler);
        if (fault.isPresent()) {
            fault.get().play(exchange);
        } else {
            exchange.send(handler.handle(request));
        }
        return exchange.whole && !wantsClose(request);
    }

    private static boolean wantsClose(ReceivedRequest request) {
        return request.header("Connection")
                .map(value -> value.toLowerCase(Locale.ROOT).contains("close"))
                .orElse(false);
    }

    private static byte[] encode(Response response, boolean withBody) {
        byte[] body = response.body();
        StringBuilder head = head(response);
        if (response.status() != 204 && response.status() != 304) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        byte[] top = head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
        if (!withBody || body.length == 0) {
            return top;
        }
        // one write, one TLS record, one packet
        byte[] all = new byte[top.length + body.length];
        System.arraycopy(top, 0, all, 0, top.length);
        System.arraycopy(body, 0, all, top.length, body.length);
        return all;
    }

    private static StringBuilder head(Response response) {
        StringBuilder head = new StringBuilder(256);
        head.append("HTTP/1.1 ").append(response.status()).append(' ').append("\r\n");
        response.headers()
                .forEach(field -> head.append(field.getKey())
                        .append(": ")
                        .append(field.getValue())
                        .append("\r\n"));
        return head;
    }

    /** One request in the hands of a fault. */
    private final class Exchange implements Wire {
        private final ReceivedRequest request;
        private final Handler handler;
        private boolean whole;

        Exchange(ReceivedRequest request, Handler handler) {
            this.request = request;
            this.handler = handler;
        }

        @Override
        public ReceivedRequest request() {
            return request;
        }

        @Override
        public Response process() {
            return handler.handle(request);
        }

        @Override
        public void send(Response response) throws IOException {
            out.write(encode(response, !request.method().equals("HEAD")));
            out.flush();
            whole = true;
        }

        @Override
        public OutputStream stream(Response head) throws IOException {
            out.write(head(head)
                    .append("Transfer-Encoding: chunked\r\n\r\n")
                    .toString()
                    .getBytes(StandardCharsets.ISO_8859_1));
            return new Chunks();
        }

        @Override
        public void write(byte[] bytes) throws IOException {
            whole = false;
            out.write(bytes);
            out.flush();
        }

        @Override
        public void pause(Duration duration) {
            try {
                closing.await(duration.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void stall() {
            whole = false;
            try {
                while (in.read() >= 0) {
                    // whatever else the client says stays unanswered
                }
            } catch (IOException e) {
                // the client gave up, or the platform was closed
            }
        }

        @Override
        public void reset() {
            whole = false;
            try {
                // under TLS: no close_notify, no FIN, an RST
                raw.setSoLinger(true, 0);
                raw.close();
            } catch (IOException e) {
                // it was gone already
            }
        }

        @Override
        public void hangUp() {
            whole = false;
        }

        private final class Chunks extends OutputStream {
            @Override
            public void write(int single) throws IOException {
                write(new byte[] {(byte) single}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                if (length > 0) {
                    out.write((Integer.toHexString(length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                    out.write(bytes, offset, length);
                    out.write(new byte[] {'\r', '\n'});
                }
            }

            @Override
            public void close() throws IOException {
                out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                whole = true;
            }
        }
    }
}
