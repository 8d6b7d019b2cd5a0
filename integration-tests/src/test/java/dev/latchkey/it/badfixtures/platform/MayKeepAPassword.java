package dev.latchkey.it.badfixtures.platform;

/** A made-up person's password, on the server's side. */
final class MayKeepAPassword {

    private final String password;

    MayKeepAPassword(String password) {
        this.password = password;
    }

    int size() {
        return password.length();
    }
}
