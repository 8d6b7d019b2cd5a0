package dev.latchkey.auth.json;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Strict JSON: well-formed UTF-8, RFC 8259 to the letter, no member twice in any object, and a bounded depth.
 *
 * <p>Values are {@code String}, {@code Boolean}, {@code Long} for whole numbers that fit, {@code Double} for other
 * numbers, {@code List} and {@code Map}, and null.
 */
public final class Json {

    /** How deep objects and arrays may nest. Real documents need four levels. */
    public static final int MAX_DEPTH = 32;

    private Json() {}

    /**
     * Reads one object.
     *
     * @param utf8 the bytes of the document
     * @return its members in order
     * @throws JsonFault if the bytes are anything but one well-formed object
     */
    public static Map<String, @Nullable Object> object(byte[] utf8) throws JsonFault {
        return object(ByteBuffer.wrap(utf8));
    }

    /**
     * Reads one object.
     *
     * @param utf8 the bytes of the document, in memory; its position stays
     * @return its members in order
     * @throws JsonFault if the bytes are anything but one well-formed object
     */
    public static Map<String, @Nullable Object> object(ByteBuffer utf8) throws JsonFault {
        return object(text(utf8));
    }

    /**
     * Reads one object.
     *
     * @param text the document
     * @return its members in order
     * @throws JsonFault if the text is anything but one well-formed object
     */
    public static Map<String, @Nullable Object> object(String text) throws JsonFault {
        return object(text, null, MAX_DEPTH);
    }

    /**
     * Reads one object of an application's own data, which may nest deeper than a protocol's documents.
     *
     * @param utf8 the bytes of the document
     * @param maxDepth how deep it may nest; reading recurses as deep
     * @return its members in order
     * @throws JsonFault if the bytes are anything but one well-formed object
     */
    public static Map<String, @Nullable Object> object(byte[] utf8, int maxDepth) throws JsonFault {
        return object(text(ByteBuffer.wrap(utf8)), null, maxDepth);
    }

    /**
     * Reads one object of a writer that is known to repeat one of its members.
     *
     * @param utf8 the bytes of the document
     * @param repeated the name of the member that may be there more than once, if it says the same each time
     * @return its members in order
     * @throws JsonFault if the bytes are anything but one such object
     */
    public static Map<String, @Nullable Object> objectRepeating(byte[] utf8, String repeated) throws JsonFault {
        return object(text(ByteBuffer.wrap(utf8)), repeated, MAX_DEPTH);
    }

    private static Map<String, @Nullable Object> object(String text, @Nullable String repeated, int maxDepth)
            throws JsonFault {
        try (JsonReader reader = new JsonReader(new StringReader(text))) {
            reader.setStrictness(Strictness.STRICT);
            reader.setNestingLimit(maxDepth);
            if (reader.peek() != JsonToken.BEGIN_OBJECT) {
                throw new JsonFault("JSON", "is not an object");
            }
            Map<String, @Nullable Object> members = members(reader, repeated);
            if (reader.peek() != JsonToken.END_DOCUMENT) {
                throw new JsonFault("JSON", "goes on after the object's end");
            }
            return members;
        } catch (MalformedJsonException e) {
            // Not the library's message: it quotes the document.
            throw new JsonFault("JSON", "is malformed or nests deeper than " + maxDepth + " levels");
        } catch (IOException | IllegalStateException | NumberFormatException e) {
            throw new JsonFault("JSON", "ends too early or is malformed");
        }
    }

    /**
     * Writes one object.
     *
     * @param members values of the types that reading gives
     * @return the document in UTF-8
     */
    public static byte[] write(Map<String, ? extends @Nullable Object> members) {
        StringWriter text = new StringWriter();
        try (JsonWriter writer = new JsonWriter(text)) {
            writer.setStrictness(Strictness.STRICT);
            write(writer, members);
        } catch (IOException e) {
            throw new UncheckedIOException("A string can be written to", e);
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String text(ByteBuffer utf8) throws JsonFault {
        String text = new String(
                utf8.array(), utf8.arrayOffset() + utf8.position(), utf8.remaining(), StandardCharsets.UTF_8);
        // This constructor is several times as fast as a decoder, and puts U+FFFD for what is malformed. Who finds none
        // need
        // not look twice.
        return text.indexOf('\uFFFD') < 0 ? text : strictText(utf8);
    }

    private static String strictText(ByteBuffer utf8) throws JsonFault {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(utf8.duplicate())
                    .toString();
        } catch (CharacterCodingException e) {
            throw new JsonFault("JSON", "is not UTF-8");
        }
    }

    private static Map<String, @Nullable Object> members(JsonReader reader, @Nullable String repeated)
            throws IOException, JsonFault {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        reader.beginObject();
        while (reader.hasNext()) {
            String name = reader.nextName();
            if (!members.containsKey(name)) {
                members.put(name, value(reader));
            } else if (!name.equals(repeated) || !Objects.equals(members.get(name), value(reader))) {
                throw new JsonFault(printable(name), "is there twice");
            }
        }
        reader.endObject();
        // Values keep these for good, and say that they are immutable.
        return Collections.unmodifiableMap(members);
    }

    private static @Nullable Object value(JsonReader reader) throws IOException, JsonFault {
        switch (reader.peek()) {
            case BEGIN_OBJECT:
                return members(reader, null);
            case BEGIN_ARRAY:
                List<@Nullable Object> items = new ArrayList<>();
                reader.beginArray();
                while (reader.hasNext()) {
                    items.add(value(reader));
                }
                reader.endArray();
                return Collections.unmodifiableList(items);
            case STRING:
                return reader.nextString();
            case BOOLEAN:
                return reader.nextBoolean();
            case NULL:
                reader.nextNull();
                return null;
            case NUMBER:
                Object number = number(reader.nextString());
                if (number instanceof Double && ((Double) number).isInfinite()) {
                    // A path begins with "$.".
                    String path = reader.getPreviousPath();
                    throw new JsonFault(printable(path.substring(Math.min(2, path.length()))), "is out of range");
                }
                return number;
            default:
                throw new JsonFault("JSON", "is malformed");
        }
    }

    private static Object number(String text) {
        if (text.length() <= 19 && isWhole(text)) {
            try {
                return Long.valueOf(text);
            } catch (NumberFormatException e) {
                return Double.valueOf(text);
            }
        }
        return Double.valueOf(text);
    }

    private static boolean isWhole(String number) {
        for (int i = number.startsWith("-") ? 1 : 0; i < number.length(); i++) {
            if (number.charAt(i) < '0' || number.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }

    private static void write(JsonWriter writer, @Nullable Object value) throws IOException {
        if (value == null) {
            writer.nullValue();
        } else if (value instanceof Map) {
            writer.beginObject();
            for (Map.Entry<?, ?> each : ((Map<?, ?>) value).entrySet()) {
                writer.name((String) each.getKey());
                write(writer, each.getValue());
            }
            writer.endObject();
        } else if (value instanceof Iterable) {
            writer.beginArray();
            for (Object each : (Iterable<?>) value) {
                write(writer, each);
            }
            writer.endArray();
        } else if (value instanceof Boolean) {
            writer.value((Boolean) value);
        } else if (value instanceof Number) {
            writer.value((Number) value);
        } else if (value instanceof String) {
            writer.value((String) value);
        } else {
            throw new IllegalArgumentException("JSON has no value of " + value.getClass());
        }
    }

    private static String printable(String name) {
        return name.length() <= 64 && name.matches("[ -~]*") ? name : "a member";
    }
}
