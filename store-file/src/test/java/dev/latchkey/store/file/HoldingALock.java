package dev.latchkey.store.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A process that locks a file, if it is free, until it ends. */
public final class HoldingALock {

    private HoldingALock() {}

    /** Tries to lock the file that the first argument names, says whether it could, and waits for the end of its input. */
    public static void main(String[] arguments) throws IOException {
        try (FileChannel channel =
                        FileChannel.open(Path.of(arguments[0]), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            System.out.write(lock == null ? 'n' : 'y');
            System.out.flush();
            while (System.in.read() >= 0) {
                // until the parent is done
            }
        }
    }
}
