package dev.latchkey.auth.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.latchkey.auth.spi.JwsSigner;
import dev.latchkey.auth.spi.SessionKeys;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The contract of {@link SessionKeys}. The test class of an adapter extends this one, and says how it is made. */
public abstract class SessionKeysContract {

    private static final byte[] INPUT = "header.payload".getBytes(StandardCharsets.US_ASCII);

    /** For subclasses. */
    protected SessionKeysContract() {}

    /**
     * Makes the session keys to test.
     *
     * @return session keys as one node would have them; called more than once, each is another node
     * @throws IOException if they cannot be made
     */
    protected abstract SessionKeys create() throws IOException;

    /**
     * Tells the algorithms that must work.
     *
     * @return registered names, {@code ES256} by default
     */
    protected List<String> algorithms() {
        return List.of("ES256");
    }

    @TestFactory
    List<DynamicTest> createsAKeyThatSigns() {
        return forEachAlgorithm(algorithm -> {
            JwsSigner key = create().create(algorithm);

            assertEquals(algorithm, key.algorithm());
            assertTrue(SignatureCheck.verifies(key, INPUT, key.sign(INPUT)));
        });
    }

    @TestFactory
    List<DynamicTest> createsAnotherKeyEachTime() {
        return forEachAlgorithm(algorithm -> {
            SessionKeys keys = create();

            assertNotEquals(
                    keys.create(algorithm).publicKey(), keys.create(algorithm).publicKey());
        });
    }

    @TestFactory
    List<DynamicTest> aSavedKeyContinuesOnAnotherNode() {
        return forEachAlgorithm(algorithm -> {
            SessionKeys here = create();
            JwsSigner key = here.create(algorithm);

            JwsSigner restored = create().restore(here.save(key));

            assertEquals(key.publicKey(), restored.publicKey());
            assertEquals(algorithm, restored.algorithm());
            assertEquals(key.keyId(), restored.keyId());
            assertTrue(SignatureCheck.verifies(key, INPUT, restored.sign(INPUT)));
        });
    }

    @TestFactory
    List<DynamicTest> aRestoredKeyCanBeSavedAgain() {
        return forEachAlgorithm(algorithm -> {
            SessionKeys keys = create();
            JwsSigner key = keys.create(algorithm);
            JwsSigner restored = keys.restore(keys.save(key));

            assertEquals(key.publicKey(), keys.restore(keys.save(restored)).publicKey());
        });
    }

    @TestFactory
    List<DynamicTest> damagedBytesRestoreNothing() {
        return forEachAlgorithm(algorithm -> {
            SessionKeys keys = create();
            byte[] saved = keys.save(keys.create(algorithm));

            assertThrows(IOException.class, () -> keys.restore(new byte[0]));
            assertThrows(IOException.class, () -> keys.restore(Arrays.copyOf(saved, saved.length - 1)));
            assertThrows(IOException.class, () -> keys.restore(Arrays.copyOf(saved, saved.length + 1)));
            for (int i = 0; i < saved.length; i += Math.max(1, saved.length / 16)) {
                byte[] damaged = saved.clone();
                damaged[i] ^= 0x40;
                assertThrows(IOException.class, () -> keys.restore(damaged), "Byte " + i + " of " + saved.length);
            }
        });
    }

    @TestFactory
    List<DynamicTest> keysDescribeThemselvesWithoutASecret() {
        return forEachAlgorithm(algorithm -> {
            SessionKeys keys = create();
            JwsSigner key = keys.create(algorithm);
            byte[] saved = keys.save(key);

            for (String text :
                    List.of(key.toString(), keys.toString(), keys.restore(saved).toString())) {
                assertFalse(text.contains(Base64.getEncoder().encodeToString(saved)));
                assertFalse(text.contains(new BigInteger(1, saved).toString(16)));
            }
        });
    }

    @Test
    void refusesAnUnknownAlgorithmAndNamesTheKnown() throws IOException {
        SessionKeys keys = create();

        for (String unknown : List.of("none", "HS256", "XX256", "")) {
            IllegalArgumentException refusal = assertThrows(IllegalArgumentException.class, () -> keys.create(unknown));
            for (String known : algorithms()) {
                assertTrue(String.valueOf(refusal.getMessage()).contains(known), refusal.getMessage());
            }
        }
    }

    private List<DynamicTest> forEachAlgorithm(Check check) {
        List<DynamicTest> tests = new ArrayList<>();
        for (String algorithm : algorithms()) {
            tests.add(dynamicTest(algorithm, () -> check.on(algorithm)));
        }
        return tests;
    }

    @FunctionalInterface
    private interface Check {
        void on(String algorithm) throws Exception;
    }
}
