package dev.latchkey.it.badfixtures.auth.credential;

import dev.latchkey.it.guard.Breaks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A value that reads a path. */
@Breaks("values without I/O")
final class ReadsAPath {

    String read(Path path) throws IOException {
        return Files.readString(path);
    }
}
