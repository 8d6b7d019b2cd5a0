package dev.latchkey.auth.session;

import dev.latchkey.auth.spi.StoreKey;

/**
 * A store's key in sixteen bytes instead of two texts, for a memory of many sessions.
 *
 * <p>The names are hashes already, so that two sessions have one digest about as often as one hash. If ever they do, a
 * change of the one has the other looked up in the store once more. Immutable.
 */
final class KeyDigest {

    private final long left;
    private final long right;

    private KeyDigest(long left, long right) {
        this.left = left;
        this.right = right;
    }

    static KeyDigest of(StoreKey key) {
        String name = key.name();
        long left = key.partition().hashCode();
        long right = left;
        for (int i = 0; i < name.length(); i++) {
            // Two odd factors, so that each sum keeps all 64 bits of what came before.
            left = left * 0x9E3779B97F4A7C15L + name.charAt(i);
            right = right * 0xC2B2AE3D27D4EB4FL + name.charAt(i);
        }
        return new KeyDigest(left, right);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof KeyDigest && left == ((KeyDigest) other).left && right == ((KeyDigest) other).right;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(left ^ right);
    }
}
