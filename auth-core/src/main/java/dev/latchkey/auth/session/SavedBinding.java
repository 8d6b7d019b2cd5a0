package dev.latchkey.auth.session;

import dev.latchkey.auth.credential.TokenBinding;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A token binding as it is kept: the kind of its factory and what restores it. Immutable; never printed. */
public final class SavedBinding {

    private final String kind;
    private final transient String saved;
    // The authorization server's last nonce for this key (RFC 9449 §8), which rides on the writes of the session.
    private final transient @Nullable ServerNonce nonce;
    // Members of a newer release, which must survive a change by this one.
    private final transient Map<String, Object> unknown;

    SavedBinding(String kind, String saved, @Nullable ServerNonce nonce, Map<String, Object> unknown) {
        this.kind = Objects.requireNonNull(kind, "kind");
        this.saved = Objects.requireNonNull(saved, "saved");
        this.nonce = nonce;
        this.unknown = unknown;
    }

    /**
     * Saves a binding.
     *
     * @param kind the kind of its factory
     * @param binding the binding
     * @return what is kept
     * @throws IOException if the key cannot be saved
     */
    public static SavedBinding of(String kind, TokenBinding binding) throws IOException {
        return new SavedBinding(kind, Base64.getEncoder().encodeToString(binding.save()), null, Map.of());
    }

    /**
     * Restores the binding.
     *
     * @param factory a factory of the same kind
     * @return the binding
     * @throws IOException if the key cannot be had
     */
    public TokenBinding restore(TokenBinding.Factory factory) throws IOException {
        return factory.restore(Base64.getDecoder().decode(saved));
    }

    /**
     * Tells the kind of factory that restores it.
     *
     * @return the kind
     */
    public String kind() {
        return kind;
    }

    String saved() {
        return saved;
    }

    @Nullable
    ServerNonce nonce() {
        return nonce;
    }

    SavedBinding withNonce(ServerNonce nonce) {
        return new SavedBinding(kind, saved, nonce, unknown);
    }

    SavedBinding withSaved(byte[] bytes) {
        return new SavedBinding(kind, Base64.getEncoder().encodeToString(bytes), nonce, unknown);
    }

    Map<String, Object> unknown() {
        return unknown;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SavedBinding
                && kind.equals(((SavedBinding) other).kind)
                && saved.equals(((SavedBinding) other).saved);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, saved);
    }

    @Override
    public String toString() {
        return "SavedBinding[" + kind + "]";
    }
}
