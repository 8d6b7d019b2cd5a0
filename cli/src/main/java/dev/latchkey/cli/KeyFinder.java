package dev.latchkey.cli;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.store.EncryptionKey;
import dev.latchkey.cli.KeyDescription.Holder;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Finds the key that what is kept is under, and chooses one before anything is. */
final class KeyFinder {

    static final String KEY_VARIABLE = "LATCHKEY_STORE_KEY";

    private static final int BYTES = 32;
    private static final int BYTES_IN_ID = 6;

    private final Terminal terminal;
    private final Places places;

    KeyFinder(Terminal terminal, Places places) {
        this.terminal = terminal;
        this.places = places;
    }

    /** Gives the key of what is kept; nothing if nothing was ever kept here. */
    Optional<EncryptionKey> find() {
        return KeyDescription.read(places.keyDescription()).map(this::found);
    }

    /** Does the same, and refuses a choice of another key. */
    Optional<EncryptionKey> find(KeyOptions.Choice choice) {
        Optional<KeyDescription> kept = KeyDescription.read(places.keyDescription());
        if (kept.isPresent() && contradicts(choice, kept.get())) {
            throw new ConfigurationException(
                    choice.passphrase ? "--passphrase" : "--key-file",
                    "what is kept in " + places.sessions() + " is under another key already; choose another --store");
        }
        return kept.map(this::found);
    }

    /** Gives the key of what is kept, or of what will be. */
    EncryptionKey findOrChoose(KeyOptions.Choice choice) {
        return find(choice).orElseGet(() -> {
            try {
                return choose(choice);
            } catch (IOException e) {
                throw new ConfigurationException("--store", "the key cannot be kept: " + e, null, e);
            }
        });
    }

    private static boolean contradicts(KeyOptions.Choice choice, KeyDescription kept) {
        if (choice.keyFile != null) {
            return kept.holder() != Holder.FILE
                    || !kept.file().equals(choice.keyFile.toAbsolutePath().normalize());
        }
        return choice.passphrase && kept.holder() != Holder.PASSPHRASE;
    }

    private EncryptionKey choose(KeyOptions.Choice choice) throws IOException {
        Optional<String> given = terminal.environment(KEY_VARIABLE);
        if (choice.passphrase || choice.keyFile != null) {
            requireUnset(choice.passphrase ? "--passphrase was given" : "--key-file was given");
        }
        if (choice.passphrase) {
            byte[] salt = PassphraseKey.salt();
            char[] passphrase = PassphraseKey.chosen(terminal);
            byte[] key = derived(passphrase, salt, PassphraseKey.ITERATIONS);
            String id = id(Holder.PASSPHRASE, key);
            return chosen(key, KeyDescription.passphrase(id, salt, PassphraseKey.ITERATIONS));
        }
        if (given.isPresent()) {
            byte[] key = decoded(given.get(), KEY_VARIABLE);
            return chosen(key, KeyDescription.environment(id(Holder.ENVIRONMENT, key)));
        }
        Path file = choice.keyFile == null
                ? places.keyFile()
                : choice.keyFile.toAbsolutePath().normalize();
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        if (PrivateFiles.create(file, Base64.getEncoder().encodeToString(random) + "\n")) {
            terminal.tell("Made a key for what is kept: " + file);
        }
        byte[] key = readFile(file);
        return chosen(key, KeyDescription.file(id(Holder.FILE, key), file));
    }

    private EncryptionKey chosen(byte[] key, KeyDescription description) throws IOException {
        if (PrivateFiles.create(places.keyDescription(), description.text())) {
            return EncryptionKey.of(description.id(), key);
        }
        // Another shell was quicker, and may have chosen otherwise.
        return found(KeyDescription.read(places.keyDescription())
                .orElseThrow(() -> new IOException(places.keyDescription() + " comes and goes")));
    }

    private EncryptionKey found(KeyDescription kept) {
        byte[] key;
        switch (kept.holder()) {
            case ENVIRONMENT:
                key = decoded(
                        terminal.environment(KEY_VARIABLE)
                                .orElseThrow(() -> new ConfigurationException(
                                        KEY_VARIABLE,
                                        "is not set, and has the key of what is kept in " + places.sessions())),
                        KEY_VARIABLE);
                break;
            case FILE:
                requireUnset("what is kept in " + places.sessions() + " is under the key in " + kept.file());
                key = readFile(kept.file());
                break;
            case PASSPHRASE:
            default:
                requireUnset("what is kept in " + places.sessions() + " is under a passphrase");
                key = derived(
                        PassphraseKey.asked(terminal, "Passphrase of what is kept (not shown): "),
                        kept.salt(),
                        kept.iterations());
        }
        if (!id(kept.holder(), key).equals(kept.id())) {
            throw new ConfigurationException(
                    field(kept),
                    "is not what is kept in " + places.sessions() + " was encrypted with; if that key is lost, remove"
                            + " that directory and log in again");
        }
        return EncryptionKey.of(kept.id(), key);
    }

    private static String field(KeyDescription kept) {
        switch (kept.holder()) {
            case ENVIRONMENT:
                return KEY_VARIABLE;
            case FILE:
                return "the key in " + kept.file();
            case PASSPHRASE:
            default:
                return "the passphrase";
        }
    }

    /** Of two keys, it is not for this command to guess which one is meant. */
    private void requireUnset(String because) {
        if (terminal.environment(KEY_VARIABLE).isPresent()) {
            throw new ConfigurationException(KEY_VARIABLE, "is set, but " + because + "; unset it");
        }
    }

    private byte[] derived(char[] passphrase, byte[] salt, int iterations) {
        try {
            return PassphraseKey.derive(passphrase, salt, iterations);
        } finally {
            Arrays.fill(passphrase, ' ');
        }
    }

    private static byte[] readFile(Path file) {
        try {
            if (PrivateFiles.isOpenToOthers(file)) {
                throw new ConfigurationException(
                        "--key-file", file + " is not its owner's alone; chmod 600 it, if nobody has read it");
            }
            return decoded(PrivateFiles.read(file), file.toString());
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(
                    "--key-file", file + " is missing, and has the key of what is kept", null, e);
        } catch (IOException e) {
            throw new ConfigurationException("--key-file", file + " cannot be read", null, e);
        }
    }

    private static byte[] decoded(String base64, String where) {
        byte[] key;
        try {
            key = Base64.getDecoder().decode(base64.trim().replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            // Without its cause, which may quote a part of the key.
            key = new byte[0];
        }
        if (key.length != BYTES) {
            throw new ConfigurationException(
                    where, "must be the base64 of 32 random bytes, as openssl rand -base64 32 prints");
        }
        return key;
    }

    /** Names a key by what it is, so that another one under the same name is noticed. */
    private static String id(Holder holder, byte[] key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
            return holder.word() + "-"
                    + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES_IN_ID));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
