package dev.latchkey.fuzzing;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import java.util.Map;
import org.jspecify.annotations.Nullable;

final class JsonFuzzTest {

    /** What was read can be written, and is then read as the same. */
    @FuzzTest
    void decodes(byte[] document) throws JsonFault {
        Map<String, @Nullable Object> members = Shown.members(document);
        if (members != null && !members.equals(Json.object(Json.write(members)))) {
            throw new AssertionError("Another document was written than was read");
        }
    }
}
