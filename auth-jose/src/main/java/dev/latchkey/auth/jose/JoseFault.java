package dev.latchkey.auth.jose;

/** A JWT or a key that cannot be used. The message goes on after its name, and quotes nothing that is secret. */
final class JoseFault extends Exception {

    private static final long serialVersionUID = 1L;

    JoseFault(String problem) {
        super(problem);
    }

    /** Words that go on after the name of what is wrong. */
    String problem() {
        return String.valueOf(getMessage());
    }

    /** Somebody else's text, as far as it can stand in a message. */
    static String printable(String text) {
        return text.length() <= 64 && text.matches("[!-~]+") ? text : "something unprintable";
    }
}
