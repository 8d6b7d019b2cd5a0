package dev.latchkey.it.browser;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Cookie;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.TimeoutException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/**
 * The system's Chromium without a window and with an empty profile, and what a person does in it on Keycloak's pages. It is missing?
 * Then {@link #headless} throws: a sign-in that was not tried is not a sign-in that works. For one thread.
 */
public final class Browser implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Logger DEVTOOLS = Logger.getLogger("org.openqa.selenium.devtools");

    private final ChromeDriver driver;
    private final Path profile;

    private Browser(ChromeDriver driver, Path profile) {
        this.driver = driver;
        this.profile = profile;
    }

    /** A browser that accepts certificates with the given public key (base64 of its SHA-256 digest) beside the public ones. */
    public static Browser headless(String publicKeyPin) {
        return headless(publicKeyPin, "");
    }

    /** The same, which finds some hosts elsewhere: {@code MAP app.latchkey.internal 127.0.0.1:4711}. */
    public static Browser headless(String publicKeyPin, String hostRules) {
        File chromium = find("chromium", "chromium-browser", "google-chrome");
        File chromedriver = find("chromedriver");
        // Selenium warns about every Chromium that is newer than itself; the DevTools are not used here.
        DEVTOOLS.setLevel(Level.SEVERE);
        try {
            Path profile = Files.createTempDirectory("latchkey-browser");
            ChromeOptions options = new ChromeOptions();
            options.setBinary(chromium);
            options.addArguments(
                    "--headless=new",
                    "--no-sandbox",
                    "--disable-background-networking",
                    "--disable-component-update",
                    "--disable-dev-shm-usage",
                    "--disable-gpu",
                    "--disable-quic",
                    "--disable-sync",
                    "--no-first-run",
                    "--lang=en",
                    "--host-resolver-rules=" + hostRules,
                    "--ignore-certificate-errors-spki-list=" + publicKeyPin,
                    "--user-data-dir=" + profile);
            ChromeDriverService service = new ChromeDriverService.Builder()
                    .usingDriverExecutable(chromedriver)
                    .usingAnyFreePort()
                    .build();
            options.setPageLoadTimeout(LIMIT);
            return new Browser(new ChromeDriver(service, options), profile);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static File find(String... names) {
        List<String> folders = List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator));
        for (String name : names) {
            for (String folder : folders) {
                File file = new File(folder, name);
                if (file.canExecute()) {
                    return file;
                }
            }
        }
        throw new AssertionError(
                "no " + String.join(" or ", names) + " on the PATH: the sign-in tests need a real browser; on Debian"
                        + " install the packages chromium and chromium-driver");
    }

    /** Opens a page. */
    public void open(URI page) {
        driver.get(page.toString());
    }

    /** Opens an authorization request and signs in; what follows is the callback, or the consent page. */
    public void signIn(URI authorizationRequest, String username, String password) {
        open(authorizationRequest);
        signIn(username, password);
    }

    /** Fills in the sign-in page that is open. */
    public void signIn(String username, String password) {
        type(By.id("username"), username);
        type(By.id("password"), password);
        press(By.id("kc-login"));
    }

    /** Says yes on the consent page that is open, or about to open. */
    public void grantConsent() {
        press(By.name("accept"));
    }

    /** Says no on the consent page that is open, or about to open. */
    public void refuseConsent() {
        press(By.name("cancel"));
    }

    /** Opens the page that a device told its user, types the code, signs in, and lets the device in. */
    public void approveDevice(URI verificationUri, String userCode, String username, String password) {
        openDevicePage(verificationUri, userCode, username, password);
        grantConsent();
        awaitText("Device Login Successful");
    }

    /** The same, but turns the device away. */
    public void refuseDevice(URI verificationUri, String userCode, String username, String password) {
        openDevicePage(verificationUri, userCode, username, password);
        refuseConsent();
        awaitText("Device Login Failed");
    }

    private void openDevicePage(URI verificationUri, String userCode, String username, String password) {
        open(verificationUri);
        type(By.name("device_user_code"), userCode);
        press(By.cssSelector("[type=submit]"));
        signIn(username, password);
    }

    /** Waits until the page shows a text. */
    public void awaitText(String text) {
        await(ExpectedConditions.textToBePresentInElementLocated(By.tagName("body"), text), "the text " + text);
    }

    /** The text of the page as a person reads it. */
    public String text() {
        return await(anyDriver -> anyDriver.findElement(By.tagName("body")).getText(), "a page");
    }

    /** The text of a part of the page, as soon as there is one. */
    public String text(By part) {
        return await(ExpectedConditions.visibilityOfElementLocated(part), part.toString())
                .getText();
    }

    /** Where the browser is. */
    public URI address() {
        return URI.create(String.valueOf(driver.getCurrentUrl()));
    }

    /** The names of the cookies that the open page gets. */
    public List<String> cookies() {
        return driver.manage().getCookies().stream().map(Cookie::getName).collect(Collectors.toList());
    }

    /** Makes the window so large. */
    public void size(int width, int height) {
        driver.manage().window().setSize(new Dimension(width, height));
    }

    /** How wide the page is, with what one must scroll to. */
    public long width() {
        return ((Number) Objects.requireNonNull(
                        driver.executeScript("return document.documentElement.scrollWidth"), "scrollWidth"))
                .longValue();
    }

    /** A property of how a part of the page looks. */
    public String style(By part, String property) {
        return await(anyDriver -> anyDriver.findElement(part).getCssValue(property), part.toString());
    }

    /** Keeps what the window shows. */
    public void screenshot(Path png) {
        try {
            Files.write(png, driver.getScreenshotAs(OutputType.BYTES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Types into a field, as soon as there is one. */
    public void type(By field, String text) {
        act(field, element -> {
            element.clear();
            element.sendKeys(text);
        });
    }

    /** Presses a button, as soon as there is one. */
    public void press(By button) {
        act(button, WebElement::click);
    }

    private void act(By target, Consumer<WebElement> action) {
        var unused = await(
                anyDriver -> {
                    WebElement element =
                            ExpectedConditions.elementToBeClickable(target).apply(anyDriver);
                    if (element == null) {
                        return false;
                    }
                    action.accept(element);
                    return true;
                },
                target.toString());
    }

    /** Looks once more where a page's script, or the next page, has just replaced what was looked at. */
    private <T> T await(Function<? super WebDriver, T> condition, String what) {
        try {
            return new WebDriverWait(driver, LIMIT, Duration.ofMillis(50)).until(anyDriver -> {
                try {
                    return condition.apply(anyDriver);
                } catch (WebDriverException e) {
                    if (isGone(e)) {
                        return null;
                    }
                    throw e;
                }
            });
        } catch (TimeoutException e) {
            throw new AssertionError(
                    "the browser waited for " + what + " and saw:\n"
                            + driver.executeScript("return document.body && document.body.innerText"),
                    e);
        }
    }

    private static boolean isGone(WebDriverException failure) {
        return failure instanceof StaleElementReferenceException
                || String.valueOf(failure.getMessage()).contains("does not belong to the document");
    }

    @Override
    public void close() {
        driver.quit();
        try (Stream<Path> paths = Files.walk(profile)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).collect(Collectors.toList())) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            // Chromium's last helper may still be writing; the profile lies in the system's temporary folder.
            profile.toFile().deleteOnExit();
        }
    }
}
