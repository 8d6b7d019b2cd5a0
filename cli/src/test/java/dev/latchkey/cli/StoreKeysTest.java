package dev.latchkey.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The key of what is kept: where it comes from, and what is said when it is missing or another one. */
@Timeout(120)
class StoreKeysTest {

    private static final String KEY = "bWFya2VyLW1hcmtlci1tYXJrZXItbWFya2VyLW1hcms=";
    private static final String OTHER_KEY = "b3RoZXItb3RoZXItb3RoZXItb3RoZXItb3RoZXItb3Q=";
    private static final String PASSPHRASE = "correct horse battery";

    @TempDir
    private Path folder;

    private Contoso contoso;

    @BeforeEach
    void start() throws IOException {
        contoso = Contoso.overHttps(folder);
    }

    @AfterEach
    void stop() {
        contoso.close();
    }

    private Shell shell() {
        return new Shell().set("HOME", folder.resolve("home").toString());
    }

    private int login(Shell shell, String... more) {
        List<String> options = new ArrayList<>(List.of("--client-id", "app"));
        options.addAll(List.of(more));
        return shell.browser(contoso.ada()).run(contoso.openId("login", options.toArray(new String[0])));
    }

    private Path description() {
        return folder.resolve("home/.local/state/latchkey/key.properties");
    }

    @Test
    void makesAKeyInAFileOfItsOwn() throws IOException {
        Shell login = shell();
        assertThat(login(login)).as(login.err()).isZero();

        Path file = folder.resolve("home/.config/latchkey/store.key");
        assertThat(login.err()).contains("Made a key for what is kept: " + file);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(description()))
                .contains("holder=file")
                .doesNotContain(Files.readString(file).trim());
    }

    @Test
    void goesByTheXdgVariables() {
        Shell login = shell().set("XDG_STATE_HOME", folder.resolve("state").toString())
                .set("XDG_CONFIG_HOME", folder.resolve("config").toString());

        assertThat(login(login)).isZero();

        assertThat(folder.resolve("state/latchkey/sessions")).isDirectory();
        assertThat(folder.resolve("config/latchkey/store.key")).isRegularFile();
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void refusesAKeyFileThatOthersMayRead() throws IOException {
        assertThat(login(shell())).isZero();
        Path file = folder.resolve("home/.config/latchkey/store.key");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Shell token = shell();

        assertThat(token.run("token")).isEqualTo(ExitCode.CONFIGURATION);

        assertThat(token.err()).contains("store.key is not its owner's alone").contains("chmod 600");
    }

    @Test
    void saysThatTheKeyFileIsMissing() throws IOException {
        assertThat(login(shell())).isZero();
        Files.delete(folder.resolve("home/.config/latchkey/store.key"));
        Shell token = shell();

        assertThat(token.run("token")).isEqualTo(ExitCode.CONFIGURATION);

        assertThat(token.err()).contains("store.key is missing");
        assertThat(folder.resolve("home/.config/latchkey/store.key")).doesNotExist();
    }

    @Test
    void takesTheKeyFromTheEnvironment() throws IOException {
        assertThat(login(shell().set("LATCHKEY_STORE_KEY", KEY))).isZero();
        assertThat(folder.resolve("home/.config")).doesNotExist();
        assertThat(Files.readString(description()))
                .contains("holder=environment")
                .doesNotContain("marker");

        assertThat(shell().set("LATCHKEY_STORE_KEY", KEY).run("token")).isZero();
        Shell without = shell();
        assertThat(without.run("token")).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(without.err()).contains("LATCHKEY_STORE_KEY: is not set");
        Shell other = shell().set("LATCHKEY_STORE_KEY", OTHER_KEY);
        assertThat(other.run("token")).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(other.err()).contains("is not what").contains("was encrypted with");
        assertThat(without.all() + other.all()).doesNotContain(KEY).doesNotContain(OTHER_KEY);
    }

    @Test
    void refusesAKeyThatIsNone() {
        for (String none : new String[] {"marker-secret", "AAAA", "not base64!"}) {
            Shell shell = shell().set("LATCHKEY_STORE_KEY", none);
            assertThat(login(shell)).isEqualTo(ExitCode.CONFIGURATION);
            assertThat(shell.err()).contains("openssl rand -base64 32").doesNotContain(none);
        }
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void doesNotGuessBetweenTwoKeys() {
        assertThat(login(shell())).isZero();
        Shell token = shell().set("LATCHKEY_STORE_KEY", KEY);

        assertThat(token.run("token")).isEqualTo(ExitCode.CONFIGURATION);

        assertThat(token.err()).contains("LATCHKEY_STORE_KEY: is set, but").contains("unset it");
    }

    @Test
    void makesAKeyOfAPassphrase() throws IOException {
        Shell login = shell().typing(PASSPHRASE);
        assertThat(login(login, "--passphrase")).as(login.err()).isZero();
        assertThat(login.prompts()).contains("New passphrase").contains("once more");
        assertThat(Files.readString(description()))
                .contains("holder=passphrase", "kdf=PBKDF2WithHmacSHA256", "salt=", "iterations=600000");
        assertThat(folder.resolve("home/.config")).doesNotExist();

        Shell token = shell().typing(PASSPHRASE);
        assertThat(token.run("token")).as(token.err()).isZero();
        assertThat(token.prompts()).isEqualTo("Passphrase of what is kept (not shown): ");
        Shell wrong = shell().typing("correct horse bakery");
        assertThat(wrong.run("token")).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(wrong.err()).contains("the passphrase: is not what").doesNotContain("horse");
        Shell unattended = shell();
        assertThat(unattended.run("token")).isEqualTo(ExitCode.CONFIGURATION);
        assertThat(unattended.err()).contains("there is no terminal to ask on");
    }

    @Test
    void refusesAShortPassphrase() {
        Shell login = shell().typing("marker");

        assertThat(login(login, "--passphrase")).isEqualTo(ExitCode.CONFIGURATION);

        assertThat(login.err()).contains("at least 8 characters");
        assertThat(contoso.platform().requests().all()).isEmpty();
        assertThat(folder.resolve("home")).doesNotExist();
    }

    @Test
    void staysWithTheKeyOfTheFirstLogin() {
        assertThat(login(shell())).isZero();
        Shell again = shell().typing(PASSPHRASE);

        assertThat(login(again, "--passphrase")).isEqualTo(ExitCode.CONFIGURATION);

        assertThat(again.err()).contains("--passphrase: ").contains("under another key already");
    }

    /** RFC 7914 §11: the second vector of PBKDF2 with HMAC-SHA-256 has 80,000 rounds. */
    @Test
    void derivesWhatTheSpecificationDerives() {
        byte[] key = PassphraseKey.derive("Password".toCharArray(), "NaCl".getBytes(StandardCharsets.US_ASCII), 80_000);

        StringBuilder hex = new StringBuilder();
        for (byte each : key) {
            hex.append(String.format("%02x", each));
        }
        assertThat(hex).hasToString("4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56");
    }
}
