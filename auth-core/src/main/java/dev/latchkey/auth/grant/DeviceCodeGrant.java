package dev.latchkey.auth.grant;

import java.util.Objects;

/** A device code whose user may have approved it by now (RFC 8628 §3.4). Immutable. */
public final class DeviceCodeGrant implements Grant {

    private final DeviceCode deviceCode;

    private DeviceCodeGrant(DeviceCode deviceCode) {
        this.deviceCode = Objects.requireNonNull(deviceCode, "deviceCode");
    }

    /**
     * Makes the grant.
     *
     * @param deviceCode the device code
     * @return the grant
     */
    public static DeviceCodeGrant of(DeviceCode deviceCode) {
        return new DeviceCodeGrant(deviceCode);
    }

    @Override
    public String grantType() {
        return "urn:ietf:params:oauth:grant-type:device_code";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of("device_code", deviceCode.reveal());
    }

    @Override
    public String toString() {
        return "DeviceCodeGrant[" + deviceCode + "]";
    }
}
