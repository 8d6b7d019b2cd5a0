package dev.latchkey.graph;

import com.google.gson.JsonIOException;
import com.google.gson.JsonParseException;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.MalformedJsonException;
import dev.latchkey.auth.spi.TransportException;
import dev.latchkey.auth.spi.TransportResponse;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.zip.ZipException;

/** Reads the body of one answer, within its cap, and says what is wrong with it if it cannot. */
final class ResponseBody {

    /** Reads a value from JSON, which then must be at its end. */
    @FunctionalInterface
    interface Shape<T> {
        T read(StrictJsonReader in) throws IOException;
    }

    /** Reads the bytes. */
    @FunctionalInterface
    private interface Bytes<T> {
        T read(InputStream in) throws IOException;
    }

    private final Exchange exchange;
    private final TransportResponse response;
    private final long cap;

    ResponseBody(Exchange exchange, TransportResponse response, long cap) {
        this.exchange = exchange;
        this.response = response;
        this.cap = cap;
    }

    byte[] bytes() {
        return guarded(InputStream::readAllBytes);
    }

    <T> T json(Shape<T> shape) {
        if (response.status() == 204 || response.status() == 205 || response.status() == 304) {
            throw exchange.invalid(response, "body", "there is none with this status; use response() or send()");
        }
        requireJson();
        return guarded(in -> {
            // A new decoder reports what is not UTF-8; a charset by name would replace it.
            StrictJsonReader reader =
                    new StrictJsonReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()));
            return read(shape, reader);
        });
    }

    private <T> T read(Shape<T> shape, StrictJsonReader reader) throws IOException {
        try {
            T value = shape.read(reader);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new MalformedJsonException("More follows");
            }
            return value;
        } catch (MalformedJsonException | EOFException e) {
            throw unreadable("not JSON", reader);
        } catch (JsonParseException | IllegalStateException | NumberFormatException e) {
            if (e instanceof JsonIOException && e.getCause() instanceof IOException) {
                throw (IOException) e.getCause();
            }
            // Gson's message repeats the value that it could not read; it is left out, and so is the cause that has it.
            throw unreadable("not what was to be read", reader);
        }
    }

    private static UnusableBodyException unreadable(String what, StrictJsonReader reader) {
        return new UnusableBodyException("body", what + ", at " + reader.getPath());
    }

    private void requireJson() {
        String type = response.headers().first("Content-Type").orElse("");
        String[] parts = type.toLowerCase(Locale.ROOT).replace(" ", "").split(";", -1);
        if (!parts[0].equals("application/json")
                && !(parts[0].startsWith("application/") && parts[0].endsWith("+json"))) {
            throw exchange.invalid(response, "Content-Type", "not JSON but " + (type.isEmpty() ? "absent" : parts[0]));
        }
        for (String parameter : parts) {
            if (parameter.startsWith("charset=") && !parameter.matches("charset=\"?(?:utf-8|us-ascii)\"?")) {
                throw exchange.invalid(response, "Content-Type", "the charset is not UTF-8 (RFC 8259 §8.1)");
            }
        }
    }

    private <T> T guarded(Bytes<T> reading) {
        try {
            return reading.read(new CappedInputStream(ContentCoding.decoded(response), cap));
        } catch (UnusableBodyException e) {
            throw exchange.invalid(response, e.field(), String.valueOf(e.getMessage()));
        } catch (CharacterCodingException e) {
            throw exchange.invalid(response, "body", "not UTF-8");
        } catch (ZipException | EOFException e) {
            throw exchange.invalid(response, "body", "not whole, or not compressed as Content-Encoding says");
        } catch (TransportException e) {
            throw exchange.unreachable(e);
        } catch (IOException e) {
            throw exchange.unreachable(new TransportException(
                    TransportException.Kind.EXCHANGE,
                    TransportException.Delivery.UNKNOWN,
                    "The body of " + exchange.host() + " broke off",
                    e));
        }
    }
}
