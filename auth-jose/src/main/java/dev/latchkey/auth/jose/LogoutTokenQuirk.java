package dev.latchkey.auth.jose;

/** What a server does wrong in its logout tokens. Each is put up with only if it is asked for by name. */
public enum LogoutTokenQuirk {
    /**
     * Logout tokens have no {@code exp}, which is required since the first errata of OpenID Connect Back-Channel Logout (December
     * 2023, §2.4) and was not before. One without is taken for two minutes from its {@code iat}, which §2.4 recommends; one that
     * has an {@code exp} is held to it. Ory Hydra (up to 2.x) sends none.
     */
    EXPIRY_LEFT_OUT
}
