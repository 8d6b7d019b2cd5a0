package dev.latchkey.platform;

import dev.latchkey.platform.directory.User;
import dev.latchkey.platform.token.DeviceCodes;
import dev.latchkey.platform.token.Realm;
import java.util.Optional;

/** Decides on device codes without a browser. Safe for use by several threads. */
public final class Devices {
    private final Realm realm;
    private final DeviceCodes codes;

    Devices(Realm realm, DeviceCodes codes) {
        this.realm = realm;
        this.codes = codes;
    }

    /**
     * The user code that was shown last.
     *
     * @return the code
     */
    public Optional<String> latestUserCode() {
        return codes.latestUserCode();
    }

    /**
     * Approves a device for a user.
     *
     * @param userCode the code that the device shows
     * @param username who approves
     * @throws IllegalArgumentException if the code is not pending, or the user is unknown
     */
    public void approve(String userCode, String username) {
        User user = realm.user(username).orElseThrow(() -> new IllegalArgumentException("unknown user: " + username));
        if (!codes.approve(userCode, user, realm.now())) {
            throw new IllegalArgumentException("no device waits for this code");
        }
    }

    /**
     * Denies a device.
     *
     * @param userCode the code that the device shows
     * @throws IllegalArgumentException if the code is not pending
     */
    public void deny(String userCode) {
        if (!codes.deny(userCode)) {
            throw new IllegalArgumentException("no device waits for this code");
        }
    }
}
