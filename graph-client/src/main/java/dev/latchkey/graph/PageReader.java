package dev.latchkey.graph;

import com.google.gson.JsonSyntaxException;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads objects and pages from JSON as it streams in; no tree is built of them. */
final class PageReader {

    private PageReader() {}

    static <T> T value(JsonReader in, TypeAdapter<T> adapter) throws IOException {
        @Nullable T value = adapter.read(in);
        if (value == null) {
            throw new JsonSyntaxException("null in place of an object");
        }
        return value;
    }

    static <T> GraphPage<T> page(JsonReader in, TypeAdapter<T> adapter, Exchange exchange) throws IOException {
        List<T> items = null;
        String next = null;
        String delta = null;
        long count = -1;
        in.beginObject();
        while (in.hasNext()) {
            switch (in.nextName()) {
                case "value":
                    items = list(in, adapter);
                    break;
                case "@odata.nextLink":
                    next = text(in);
                    break;
                case "@odata.deltaLink":
                    delta = text(in);
                    break;
                case "@odata.count":
                    count = in.nextLong();
                    break;
                default:
                    in.skipValue();
            }
        }
        in.endObject();
        if (items == null) {
            throw new UnusableBodyException("value", "absent; if this is one object and no collection, use as(…)");
        }
        return new GraphPage<>(items, next, delta, count, exchange);
    }

    private static <T> List<T> list(JsonReader in, TypeAdapter<T> adapter) throws IOException {
        List<T> items = new ArrayList<>();
        in.beginArray();
        while (in.hasNext()) {
            items.add(value(in, adapter));
        }
        in.endArray();
        return items;
    }

    private static @Nullable String text(JsonReader in) throws IOException {
        if (in.peek() == JsonToken.NULL) {
            in.nextNull();
            return null;
        }
        return Texts.string(in);
    }
}
