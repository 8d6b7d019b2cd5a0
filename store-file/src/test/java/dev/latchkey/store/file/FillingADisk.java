package dev.latchkey.store.file;

import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStoreException;
import java.nio.file.Path;

/** A process whose files may not become large, and that writes a large record. */
public final class FillingADisk {

    private FillingADisk() {}

    /** Replaces a record and says how that failed: directory, partition, name, expected version. */
    public static void main(String[] arguments) throws TokenStoreException {
        FileTokenStore store = FileTokenStore.open(Path.of(arguments[0]));
        try {
            store.replace(
                    StoreKey.of(arguments[1], arguments[2]),
                    RecordVersion.of(arguments[3]),
                    StoreRecord.of(new byte[8 << 20], StoreRecord.FOREVER));
            System.out.println("It was written.");
        } catch (TokenStoreException e) {
            System.out.println(e.getMessage());
        }
    }
}
