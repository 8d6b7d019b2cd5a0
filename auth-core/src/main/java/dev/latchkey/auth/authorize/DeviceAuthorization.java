package dev.latchkey.auth.authorize;

import dev.latchkey.auth.grant.DeviceCode;
import dev.latchkey.auth.token.Scopes;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A device that waits for its user (RFC 8628 §3.2): show {@link #verificationUri()} and {@link #userCode()}. Immutable;
 * it does not print the device code.
 */
public final class DeviceAuthorization {

    private final DeviceCode deviceCode;
    private final String userCode;
    private final URI verificationUri;
    private final @Nullable URI verificationUriComplete;
    private final Instant expiresAt;
    private final Duration interval;
    private final Scopes scopes;

    private DeviceAuthorization(
            DeviceCode deviceCode,
            String userCode,
            URI verificationUri,
            @Nullable URI verificationUriComplete,
            Instant expiresAt,
            Duration interval,
            Scopes scopes) {
        this.deviceCode = Objects.requireNonNull(deviceCode, "deviceCode");
        this.userCode = Objects.requireNonNull(userCode, "userCode");
        this.verificationUri = Objects.requireNonNull(verificationUri, "verificationUri");
        this.verificationUriComplete = verificationUriComplete;
        this.expiresAt = Objects.requireNonNull(expiresAt, "expiresAt");
        this.interval = Objects.requireNonNull(interval, "interval");
        this.scopes = Objects.requireNonNull(scopes, "scopes");
    }

    /**
     * Describes a device that waits.
     *
     * @param deviceCode the device's own code
     * @param userCode the code that the user types
     * @param verificationUri where the user goes
     * @param verificationUriComplete the same with the code in it, or null
     * @param expiresAt when both codes end
     * @param interval how long to wait between two polls
     * @param scopes what was asked for
     * @return the device authorization
     */
    public static DeviceAuthorization of(
            DeviceCode deviceCode,
            String userCode,
            URI verificationUri,
            @Nullable URI verificationUriComplete,
            Instant expiresAt,
            Duration interval,
            Scopes scopes) {
        return new DeviceAuthorization(
                deviceCode, userCode, verificationUri, verificationUriComplete, expiresAt, interval, scopes);
    }

    /**
     * Gives the device's own code, which the user never sees.
     *
     * @return the device code
     */
    public DeviceCode deviceCode() {
        return deviceCode;
    }

    /**
     * Gives the code that the user types.
     *
     * @return the user code, to be shown as it is
     */
    public String userCode() {
        return userCode;
    }

    /**
     * Tells where the user goes, on any device with a browser.
     *
     * @return the address to show
     */
    public URI verificationUri() {
        return verificationUri;
    }

    /**
     * Tells the address with the code in it, for a QR code or a browser that can be opened.
     *
     * @return the address, or nothing
     */
    public Optional<URI> verificationUriComplete() {
        return Optional.ofNullable(verificationUriComplete);
    }

    /**
     * Tells when both codes end.
     *
     * @return the instant
     */
    public Instant expiresAt() {
        return expiresAt;
    }

    /**
     * Tells how long to wait between two polls.
     *
     * @return the interval
     */
    public Duration interval() {
        return interval;
    }

    /**
     * Tells what was asked for.
     *
     * @return the scopes
     */
    public Scopes scopes() {
        return scopes;
    }

    @Override
    public String toString() {
        return "DeviceAuthorization[" + userCode + " at " + verificationUri.getHost() + ", expires " + expiresAt + "]";
    }
}
