/** {@link dev.latchkey.store.redis.RedisTokenStore}, a token store on Redis. */
@NullMarked
package dev.latchkey.store.redis;

import org.jspecify.annotations.NullMarked;
