package dev.latchkey.store.redis;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Locale;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisNoScriptException;
import redis.clients.jedis.exceptions.JedisRedirectionException;

/** A script that the server runs as one step: by its hash, or as a whole where the server does not know it (any more). */
final class Script {

    private final byte[] text;
    private final byte[] hash;

    private Script(byte[] text) {
        this.text = text;
        this.hash = RedisKeys.bytes(sha1(text));
    }

    /** Reads a script from this package, after what all of them share. */
    static Script load(String name) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (String file : List.of("common.lua", name + ".lua")) {
            try (InputStream in = Script.class.getResourceAsStream(file)) {
                if (in == null) {
                    throw new IllegalStateException("latchkey-store-redis was repackaged without " + file);
                }
                in.transferTo(text);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new Script(text.toByteArray());
    }

    /** Runs the script in one round trip; the client may send it again, to another node or after a lost connection. */
    Object run(UnifiedJedis client, List<byte[]> keys, List<byte[]> arguments) {
        try {
            return client.evalsha(hash, keys, arguments);
        } catch (JedisNoScriptException e) {
            return client.eval(text, keys, arguments);
        }
    }

    /**
     * Runs the script, and waits for replicas on the connection that it went over.
     *
     * <p>WAIT waits for what its own connection wrote. Sent over another connection of the pool, it would report replicas
     * that have not seen the write: so both go in one pipeline, which follows no redirection and loads no script.
     */
    Replicated runAndWait(
            UnifiedJedis client, List<byte[]> keys, List<byte[]> arguments, int replicas, long milliseconds) {
        try {
            return pipeline(client, keys, arguments, replicas, milliseconds);
        } catch (JedisNoScriptException | JedisRedirectionException e) {
            run(client, keys, arguments);
            return pipeline(client, keys, arguments, replicas, milliseconds);
        }
    }

    private Replicated pipeline(
            UnifiedJedis client, List<byte[]> keys, List<byte[]> arguments, int replicas, long milliseconds) {
        try (AbstractPipeline pipeline = client.pipelined()) {
            Response<Object> answer = pipeline.evalsha(hash, keys, arguments);
            Response<Long> acknowledged = pipeline.waitReplicas(keys.get(0), replicas, milliseconds);
            pipeline.sync();
            return new Replicated(answer.get(), acknowledged.get());
        }
    }

    // The name that Redis gives a script, nothing that security hangs on.
    private static String sha1(byte[] text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text);
            return String.format(Locale.ROOT, "%040x", new BigInteger(1, digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-1", e);
        }
    }

    /** What a script answered, and how many replicas have seen it. */
    static final class Replicated {

        private final Object answer;
        private final long replicas;

        private Replicated(Object answer, long replicas) {
            this.answer = answer;
            this.replicas = replicas;
        }

        Object answer() {
            return answer;
        }

        long replicas() {
            return replicas;
        }
    }
}
