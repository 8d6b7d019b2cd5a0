package dev.latchkey.auth.interactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SystemBrowserTest {

    private static final URI PAGE = URI.create("https://login.example/authorize?state=marker&scope=a%20b&x='%22$(id)'");

    private final List<List<String>> started = new ArrayList<>();

    @ParameterizedTest
    @CsvSource({
        "Linux, xdg-open",
        "Mac OS X, open",
        "Windows 11, rundll32 url.dll|FileProtocolHandler",
    })
    void n2_startsOneProgramWithTheAddressAsOneArgument(String system, String program) throws IOException {
        browser(system, 0).open(PAGE);
        List<String> expected =
                new ArrayList<>(List.of(program.replace('|', ',').split(" ")));
        expected.add(PAGE.toString());
        assertThat(started).containsExactly(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "javascript:alert(1)",
                "ms-settings:about",
                "http://login.example/authorize",
                "https:opaque",
                "/relative",
            })
    void n2_opensNothingButHttpsAndLoopback(String uri) throws IOException {
        assertThatThrownBy(() -> browser("Linux", 0).open(URI.create(uri))).isInstanceOf(IOException.class);
        assertThat(started).isEmpty();
        browser("Linux", 0).open(URI.create("http://127.0.0.1:8080/authorize"));
        assertThat(started).hasSize(1);
    }

    @Test
    void saysWhatToDoWhenNoBrowserIsFound() {
        assertThatThrownBy(() -> browser("Linux", 3).open(PAGE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("xdg-open found no browser (status 3)")
                .hasMessageContaining("show the address to the user")
                .hasMessageNotContaining("marker");
    }

    @Test
    void saysWhatToDoWhenTheProgramIsMissing() {
        SystemBrowser browser = new SystemBrowser("Linux", Map.of("DISPLAY", ":0"), command -> {
            throw new IOException("No such file");
        });
        assertThatThrownBy(() -> browser.open(PAGE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("xdg-open could not be started")
                .hasMessageNotContaining("marker");
    }

    @Test
    void doesNotWaitForABrowserThatRunsInsideTheProgram() throws IOException {
        browser("Linux", -1).open(PAGE);
        assertThat(started).hasSize(1);
    }

    @Test
    void startsNothingWithoutADisplay() {
        SystemBrowser browser = new SystemBrowser("Linux", Map.of(), command -> new Ended(0));
        assertThat(browser.hasDesktop()).isFalse();
        assertThatThrownBy(() -> browser.open(PAGE)).hasMessageContaining("device code");
        assertThat(new SystemBrowser("Linux", Map.of("WAYLAND_DISPLAY", "w"), c -> new Ended(0)).hasDesktop())
                .isTrue();
        assertThat(new SystemBrowser("Mac OS X", Map.of(), c -> new Ended(0)).hasDesktop())
                .isTrue();
    }

    private SystemBrowser browser(String system, int status) {
        return new SystemBrowser(system, Map.of("DISPLAY", ":0"), command -> {
            started.add(command);
            return new Ended(status);
        });
    }

    /** A program that has ended; or, with a negative status, has not. */
    private static final class Ended extends Process {
        private final int status;

        Ended(int status) {
            this.status = status;
        }

        @Override
        public boolean waitFor(long timeout, TimeUnit unit) {
            return status >= 0;
        }

        @Override
        public int waitFor() {
            return status;
        }

        @Override
        public int exitValue() {
            return status;
        }

        @Override
        public OutputStream getOutputStream() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public InputStream getInputStream() {
            return InputStream.nullInputStream();
        }

        @Override
        public InputStream getErrorStream() {
            return InputStream.nullInputStream();
        }

        @Override
        public void destroy() {}
    }
}
