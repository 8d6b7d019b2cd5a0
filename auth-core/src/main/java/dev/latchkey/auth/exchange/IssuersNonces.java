package dev.latchkey.auth.exchange;

import org.jspecify.annotations.Nullable;

/**
 * Has, beside tokens, what their issuer said of nonces. Of a server that is both, the nonces of its token endpoint are a good beginning
 * at the resource: the first call after a sign-in need not be refused to learn one.
 */
public interface IssuersNonces {

    /**
     * Gives what the authorization server said.
     *
     * @return its nonces, or null if none are known, or are not good for resources
     */
    @Nullable
    Nonces nonces();
}
