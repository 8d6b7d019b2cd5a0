package dev.latchkey.platform.directory;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How long things live and what tokens look like. Every method that changes something returns a new value. */
public final class TokenRules {
    private static final TokenRules DEFAULTS = new TokenRules();

    private Duration accessToken = Duration.ofHours(1);
    private Duration idToken = Duration.ofHours(1);
    private Duration refreshToken = Duration.ofDays(1);
    private Duration code = Duration.ofMinutes(5);
    private Duration deviceCode = Duration.ofMinutes(15);
    private Duration devicePollInterval = Duration.ofSeconds(5);
    private @Nullable Duration refreshIn;
    private ExpiresIn expiresIn = ExpiresIn.NUMBER;
    private RefreshTokenPolicy refreshTokens = RefreshTokenPolicy.ROTATE;
    private boolean opaque;
    private boolean reuseAppTokens;

    private TokenRules() {}

    private TokenRules(TokenRules other) {
        accessToken = other.accessToken;
        idToken = other.idToken;
        refreshToken = other.refreshToken;
        code = other.code;
        deviceCode = other.deviceCode;
        devicePollInterval = other.devicePollInterval;
        refreshIn = other.refreshIn;
        expiresIn = other.expiresIn;
        refreshTokens = other.refreshTokens;
        opaque = other.opaque;
        reuseAppTokens = other.reuseAppTokens;
    }

    /**
     * One hour for access and ID tokens, a day for refresh tokens, which rotate; five minutes for codes, fifteen for
     * device codes, polled every five seconds; signed access tokens.
     *
     * @return the defaults
     */
    public static TokenRules defaults() {
        return DEFAULTS;
    }

    /**
     * The lifetime of access tokens.
     *
     * @param lifetime how long
     * @return the new rules
     */
    public TokenRules accessTokenLifetime(Duration lifetime) {
        return with(rules -> rules.accessToken = lifetime);
    }

    /**
     * The lifetime of ID tokens.
     *
     * @param lifetime how long
     * @return the new rules
     */
    public TokenRules idTokenLifetime(Duration lifetime) {
        return with(rules -> rules.idToken = lifetime);
    }

    /**
     * The lifetime of refresh tokens.
     *
     * @param lifetime how long
     * @return the new rules
     */
    public TokenRules refreshTokenLifetime(Duration lifetime) {
        return with(rules -> rules.refreshToken = lifetime);
    }

    /**
     * The lifetime of authorization codes.
     *
     * @param lifetime how long
     * @return the new rules
     */
    public TokenRules codeLifetime(Duration lifetime) {
        return with(rules -> rules.code = lifetime);
    }

    /**
     * The lifetime of device codes.
     *
     * @param lifetime how long
     * @return the new rules
     */
    public TokenRules deviceCodeLifetime(Duration lifetime) {
        return with(rules -> rules.deviceCode = lifetime);
    }

    /**
     * How often a device may ask; with zero, as often as it likes, and no interval is stated.
     *
     * @param interval how long a device waits between two polls
     * @return the new rules
     */
    public TokenRules devicePollInterval(Duration interval) {
        return with(rules -> rules.devicePollInterval = interval);
    }

    /**
     * Advises clients to refresh early, with {@code refresh_in} on Microsoft-shaped paths.
     *
     * @param after how long after the token was issued
     * @return the new rules
     */
    public TokenRules refreshIn(Duration after) {
        return with(rules -> rules.refreshIn = after);
    }

    /**
     * How responses state the lifetime.
     *
     * @param form the form
     * @return the new rules
     */
    public TokenRules expiresIn(ExpiresIn form) {
        return with(rules -> rules.expiresIn = form);
    }

    /**
     * What becomes of redeemed refresh tokens.
     *
     * @param policy the policy
     * @return the new rules
     */
    public TokenRules refreshTokens(RefreshTokenPolicy policy) {
        return with(rules -> rules.refreshTokens = policy);
    }

    /**
     * Issues access tokens that say nothing and that only the platform can look up.
     *
     * @return the new rules
     */
    public TokenRules opaqueAccessTokens() {
        return with(rules -> rules.opaque = true);
    }

    /**
     * Gives an application the same app-only token again for as long as half of its life is left. An RSA signature
     * costs more than all else in an answer, so a benchmark of clients wants this.
     *
     * @return the new rules
     */
    public TokenRules reuseAppTokens() {
        return with(rules -> rules.reuseAppTokens = true);
    }

    /**
     * The lifetime of access tokens.
     *
     * @return how long
     */
    public Duration accessTokenLifetime() {
        return accessToken;
    }

    /**
     * The lifetime of ID tokens.
     *
     * @return how long
     */
    public Duration idTokenLifetime() {
        return idToken;
    }

    /**
     * The lifetime of refresh tokens.
     *
     * @return how long
     */
    public Duration refreshTokenLifetime() {
        return refreshToken;
    }

    /**
     * The lifetime of authorization codes.
     *
     * @return how long
     */
    public Duration codeLifetime() {
        return code;
    }

    /**
     * The lifetime of device codes.
     *
     * @return how long
     */
    public Duration deviceCodeLifetime() {
        return deviceCode;
    }

    /**
     * How long a device waits between two polls.
     *
     * @return how long
     */
    public Duration devicePollInterval() {
        return devicePollInterval;
    }

    /**
     * When clients are advised to refresh.
     *
     * @return how long after the token was issued
     */
    public Optional<Duration> refreshIn() {
        return Optional.ofNullable(refreshIn);
    }

    /**
     * How responses state the lifetime.
     *
     * @return the form
     */
    public ExpiresIn expiresIn() {
        return expiresIn;
    }

    /**
     * What becomes of redeemed refresh tokens.
     *
     * @return the policy
     */
    public RefreshTokenPolicy refreshTokens() {
        return refreshTokens;
    }

    /**
     * Tells whether access tokens say nothing.
     *
     * @return whether they are opaque
     */
    public boolean hasOpaqueAccessTokens() {
        return opaque;
    }

    /**
     * Tells whether app-only tokens are given out again.
     *
     * @return whether they are
     */
    public boolean reusesAppTokens() {
        return reuseAppTokens;
    }

    private TokenRules with(Consumer<TokenRules> change) {
        TokenRules next = new TokenRules(this);
        change.accept(next);
        return next;
    }
}
