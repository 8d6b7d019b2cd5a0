package dev.latchkey.graph;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.TypeAdapter;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads and writes users without reflection, so that no package need be opened to Gson. */
final class UserAdapter extends TypeAdapter<User> {

    private static final String PHONES = "businessPhones";

    @Override
    public @Nullable User read(JsonReader in) throws IOException {
        if (in.peek() == JsonToken.NULL) {
            in.nextNull();
            return null;
        }
        @Nullable String[] texts = new @Nullable String[User.TEXTS.size()];
        List<String> phones = List.of();
        JsonObject additional = null;
        in.beginObject();
        while (in.hasNext()) {
            String name = in.nextName();
            int known = User.TEXTS.indexOf(name);
            if (known < 0 && !name.equals(PHONES)) {
                additional = additional == null ? new JsonObject() : additional;
                additional.add(name, JsonParser.parseReader(in));
            } else if (in.peek() == JsonToken.NULL) {
                in.nextNull();
            } else if (known < 0) {
                phones = phones(in);
            } else {
                texts[known] = Texts.string(in);
            }
        }
        in.endObject();
        return new User(texts, phones, additional);
    }

    private static List<String> phones(JsonReader in) throws IOException {
        List<String> phones = new ArrayList<>(2);
        in.beginArray();
        while (in.hasNext()) {
            phones.add(Texts.string(in));
        }
        in.endArray();
        return phones;
    }

    @Override
    public void write(JsonWriter out, @Nullable User user) throws IOException {
        if (user == null) {
            out.nullValue();
            return;
        }
        out.beginObject();
        for (int i = 0; i < User.TEXTS.size(); i++) {
            Optional<String> text = user.text(i);
            if (text.isPresent()) {
                out.name(User.TEXTS.get(i)).value(text.get());
            }
        }
        if (!user.businessPhones().isEmpty()) {
            out.name(PHONES).beginArray();
            for (String phone : user.businessPhones()) {
                out.value(phone);
            }
            out.endArray();
        }
        for (Map.Entry<String, JsonElement> member : user.additional().entrySet()) {
            out.name(member.getKey()).jsonValue(member.getValue().toString());
        }
        out.endObject();
    }
}
