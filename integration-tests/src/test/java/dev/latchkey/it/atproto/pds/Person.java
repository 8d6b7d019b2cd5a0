package dev.latchkey.it.atproto.pds;

import dev.latchkey.it.browser.Browser;
import java.net.URI;
import java.util.function.BinaryOperator;
import org.openqa.selenium.By;

/** What somebody with an account does on the server's pages, which say nothing that one could look for but what is read there. */
final class Person {

    private static final By NAME = By.cssSelector("input[autocomplete=username]");
    private static final By PASSWORD = By.cssSelector("input[type=password]");
    private static final By SUBMIT = By.cssSelector("button[type=submit]");

    private final String handle;
    private final String password;
    private final String did;

    private Person(String handle, BinaryOperator<String> account) {
        this.handle = handle;
        this.password = "the password of " + handle;
        this.did = account.apply(handle, password);
    }

    /** Somebody new, whose account has a {@code did:plc}. */
    static Person at(ReferencePds pds, String handle) {
        return new Person(handle, pds::account);
    }

    /** Somebody new, whose account has a {@code did:web}. */
    static Person ofWeb(ReferencePds pds, String handle) {
        return new Person(handle, pds::webAccount);
    }

    /** Takes the account to the other server. */
    void moves(ReferencePds pds) {
        pds.move(did, handle, password);
    }

    String handle() {
        return handle;
    }

    String did() {
        return did;
    }

    /** Signs in where the page knows the name already, by the request. */
    void signIn(Browser browser, URI page) {
        browser.open(page);
        signIn(browser);
    }

    /** Signs in on the page that is open, or about to open. */
    void signIn(Browser browser) {
        browser.type(PASSWORD, password);
        browser.press(SUBMIT);
    }

    /** Signs in where the page asks for the name as well. */
    void signInByName(Browser browser, URI page) {
        browser.open(page);
        browser.press(button("Sign in"));
        browser.type(NAME, handle);
        browser.type(PASSWORD, password);
        browser.press(SUBMIT);
    }

    /** Lets the application in. */
    void authorize(Browser browser) {
        browser.press(button("Authorize"));
    }

    /** Turns the application away. */
    void deny(Browser browser) {
        browser.press(button("Deny access"));
    }

    private static By button(String text) {
        return By.xpath("//button[normalize-space()='" + text + "']");
    }
}
