package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.session.SavedBinding;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes, saves and restores the token bindings of sessions; never lets a bound session go on unbound. */
final class Bindings {

    private final Settings settings;

    Bindings(Settings settings) {
        this.settings = settings;
    }

    @Nullable
    TokenBinding create(AuthorizationServerMetadata server) {
        if (settings.bindings == null) {
            return null;
        }
        try {
            return settings.bindings.create(server);
        } catch (IOException e) {
            throw noKey(e);
        } catch (OAuthException e) {
            throw e;
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    /**
     * The certificate that tokens are bound to, or null: requests that get no token present it too, since who asks for it at one
     * endpoint asks at all of them (Open Finance Brasil, ConnectID).
     */
    @Nullable
    TokenBinding certificate(AuthorizationServerMetadata server) {
        return settings.bindingKind().equals("mtls") ? create(server) : null;
    }

    @Nullable
    SavedBinding save(@Nullable TokenBinding binding) {
        if (binding == null) {
            return null;
        }
        try {
            return SavedBinding.of(settings.bindingKind(), binding);
        } catch (IOException e) {
            throw noKey(e);
        } catch (OAuthException e) {
            throw e;
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    /** What is to be kept of a binding once the server has accepted a refresh with it, if that is something else than before. */
    Optional<byte[]> saveRefreshed(@Nullable TokenBinding binding) {
        try {
            return binding == null ? Optional.empty() : binding.saveRefreshed();
        } catch (IOException e) {
            throw noKey(e);
        } catch (OAuthException e) {
            throw e;
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    @Nullable
    TokenBinding restore(@Nullable SavedBinding saved) {
        if (saved == null) {
            if (settings.bindings != null) {
                throw new ConfigurationException("binding", "the stored session has none, and this client demands one");
            }
            return null;
        }
        if (settings.bindings == null || !settings.bindings.kind().equals(saved.kind())) {
            throw new ConfigurationException(
                    "binding",
                    "the stored session is bound by " + saved.kind()
                            + ", for which this client has no factory; its tokens are never"
                            + " used as bearer tokens");
        }
        try {
            return saved.restore(settings.bindings);
        } catch (IOException e) {
            throw noKey(e);
        } catch (OAuthException e) {
            throw e;
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    private static ConfigurationException broken(RuntimeException e) {
        return new ConfigurationException(
                "binding", "its factory or key threw " + e.getClass().getName() + "; nothing was sent", null, e);
    }

    private static TemporaryFailureException noKey(IOException e) {
        return new TemporaryFailureException("The session's key cannot be had now; nothing was sent", true, null, e);
    }
}
