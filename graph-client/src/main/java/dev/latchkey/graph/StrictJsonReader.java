package dev.latchkey.graph;

import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.MalformedJsonException;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads JSON as RFC 8259 writes it, and refuses an object that has a member twice: Gson would take either. */
final class StrictJsonReader extends JsonReader {

    private static final int FEW = 24;

    private final List<Names> stack = new ArrayList<>();
    private int depth;

    StrictJsonReader(Reader in) {
        super(in);
        setStrictness(Strictness.STRICT);
    }

    @Override
    public void beginObject() throws IOException {
        super.beginObject();
        if (stack.size() == depth) {
            stack.add(new Names());
        }
        stack.get(depth++).clear();
    }

    @Override
    public void endObject() throws IOException {
        super.endObject();
        depth--;
    }

    @Override
    public String nextName() throws IOException {
        String name = super.nextName();
        if (!stack.get(depth - 1).add(name)) {
            throw new MalformedJsonException("A member occurs twice at " + getPath());
        }
        return name;
    }

    /** A set that stays an array while it is small, and is used again for the next object of its depth. */
    private static final class Names {

        private final String[] few = new String[FEW];
        private int size;
        private @Nullable Set<String> many;

        void clear() {
            size = 0;
            many = null;
        }

        boolean add(String name) {
            if (many != null) {
                return many.add(name);
            }
            for (int i = 0; i < size; i++) {
                if (few[i].equals(name)) {
                    return false;
                }
            }
            if (size < FEW) {
                few[size++] = name;
            } else {
                many = new HashSet<>(Arrays.asList(few));
                many.add(name);
            }
            return true;
        }
    }
}
