package dev.latchkey.it.badfixtures.auth.grant;

import dev.latchkey.it.guard.Breaks;
import java.io.FileInputStream;
import java.io.IOException;

/** A value that reads a file. */
@Breaks("values without I/O")
final class ReadsAFile {

    Object open(String name) throws IOException {
        return new FileInputStream(name);
    }
}
