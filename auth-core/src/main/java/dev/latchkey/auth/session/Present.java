package dev.latchkey.auth.session;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.store.UnreadableRecordException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What the store has where a session belongs: one, none, or something that cannot be read. Immutable. */
final class Present {

    static final Present NOTHING = new Present(RecordVersion.ABSENT, null, null);

    final RecordVersion version;
    final @Nullable SessionRecord record;
    final @Nullable UnreadableRecordException unreadable;
    private final byte @Nullable [] content;

    private Present(RecordVersion version, byte @Nullable [] content, @Nullable UnreadableRecordException unreadable) {
        this.version = version;
        this.content = content;
        this.unreadable = unreadable;
        this.record = content == null ? null : SessionCodec.decode(content).orElse(null);
    }

    static Present of(StoreEntry entry) {
        return new Present(entry.version(), entry.record().content(), null);
    }

    static Present unreadable(UnreadableRecordException e) {
        return new Present(e.version(), null, e);
    }

    /** Tells whether there is no session, although its place may be taken for one that is about to come. */
    boolean isVacant() {
        return version.equals(RecordVersion.ABSENT) || (content != null && SessionCodec.isPlace(content));
    }

    boolean has(byte @Nullable [] sent) {
        return sent != null && content != null && Arrays.equals(content, sent);
    }

    @Override
    public String toString() {
        return "Present[" + version + ", " + record + "]";
    }
}
