package dev.latchkey.cli;

import dev.latchkey.auth.error.ConfigurationException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * Which key the sessions beside it are under, and how it is had: by whom it is held, its id, and what a passphrase is made a
 * key with. It holds no secret; the id is a hash of 256 bits that nobody can guess, or of what 600,000 rounds made of a
 * passphrase, for which every record would do as well. Immutable.
 */
final class KeyDescription {

    /** Who holds the key. */
    enum Holder {
        ENVIRONMENT,
        FILE,
        PASSPHRASE;

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Holder holder;
    private final String id;
    private final @Nullable Path file;
    private final byte[] salt;
    private final int iterations;

    private KeyDescription(Holder holder, String id, @Nullable Path file, byte[] salt, int iterations) {
        this.holder = holder;
        this.id = id;
        this.file = file;
        this.salt = salt.clone();
        this.iterations = iterations;
    }

    static KeyDescription environment(String id) {
        return new KeyDescription(Holder.ENVIRONMENT, id, null, new byte[0], 0);
    }

    static KeyDescription file(String id, Path file) {
        return new KeyDescription(Holder.FILE, id, file.toAbsolutePath().normalize(), new byte[0], 0);
    }

    static KeyDescription passphrase(String id, byte[] salt, int iterations) {
        return new KeyDescription(Holder.PASSPHRASE, id, null, salt, iterations);
    }

    Holder holder() {
        return holder;
    }

    String id() {
        return id;
    }

    Path file() {
        if (file == null) {
            throw new IllegalStateException("No file holds this key");
        }
        return file;
    }

    byte[] salt() {
        return salt.clone();
    }

    int iterations() {
        return iterations;
    }

    String text() {
        StringBuilder text = new StringBuilder("# What the sessions beside this file are encrypted with. No secret.\n")
                .append("holder=")
                .append(holder.word())
                .append("\nid=")
                .append(id)
                .append('\n');
        if (file != null) {
            // Properties take a backslash for the beginning of an escape.
            text.append("file=").append(file.toString().replace("\\", "\\\\")).append('\n');
        }
        if (holder == Holder.PASSPHRASE) {
            text.append("kdf=PBKDF2WithHmacSHA256\nsalt=")
                    .append(Base64.getEncoder().encodeToString(salt))
                    .append("\niterations=")
                    .append(iterations)
                    .append('\n');
        }
        return text.toString();
    }

    /** Reads what {@link #text} wrote; nothing if there is no such file. */
    static Optional<KeyDescription> read(Path description) {
        Properties read = new Properties();
        try {
            read.load(new StringReader(PrivateFiles.read(description)));
            String file = read.getProperty("file");
            return Optional.of(new KeyDescription(
                    Holder.valueOf(read.getProperty("holder", "").toUpperCase(Locale.ROOT)),
                    read.getProperty("id", ""),
                    file == null ? null : Path.of(file),
                    Base64.getDecoder().decode(read.getProperty("salt", "")),
                    Integer.parseInt(read.getProperty("iterations", "0"))));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException("--store", description + " cannot be read", null, e);
        }
    }
}
