package dev.latchkey.auth;

import dev.latchkey.auth.credential.TokenBinding;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.session.AskedFor;
import dev.latchkey.auth.session.Found;
import dev.latchkey.auth.session.Freshness;
import dev.latchkey.auth.session.HeldToken;
import dev.latchkey.auth.session.SessionRecord;
import dev.latchkey.auth.session.Shared;
import dev.latchkey.auth.session.StoredToken;
import dev.latchkey.auth.session.TokenMemory;
import dev.latchkey.auth.session.Written;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.token.AccessToken;
import dev.latchkey.auth.token.Scopes;
import dev.latchkey.auth.token.TokenOptions;
import dev.latchkey.auth.token.TokenProof;
import dev.latchkey.auth.token.TokenResponse;
import dev.latchkey.auth.token.TokenResult;
import dev.latchkey.auth.token.TokenResult.Origin;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Puts tokens at hand, those from the store if they will do, and those from the server. */
final class Shelf {

    private static final Duration UNTIL_REFUSED = Duration.between(Instant.EPOCH, StoreRecord.FOREVER);
    // A session that the store does not have is written with the next look at it.
    private static final Duration UNSAVED = Duration.ofSeconds(2);

    private final Settings settings;
    private final Bindings bindings;
    private final ServerForms forms;
    private final Freshness freshness;
    private final Freshness toTheEnd = new Freshness(Duration.ZERO, 0);
    private final Shared<AskedFor> questions = new Shared<>();
    private final Shared<Scopes> scopes = new Shared<>();

    Shelf(Settings settings, Bindings bindings, ServerForms forms) {
        this.settings = settings;
        this.bindings = bindings;
        this.forms = forms;
        this.freshness = new Freshness(settings.expiryMargin, settings.jitter);
    }

    /**
     * Takes a token out of the store's record, if it serves.
     *
     * @param renewable whether a better one could be had
     * @return the token, which is at hand now, or null
     */
    @Nullable
    TokenResult fromStore(TokenMemory.Slot slot, AskedFor asked, Found found, TokenOptions options, boolean renewable) {
        SessionRecord record = found.record().orElse(null);
        StoredToken stored = record == null
                ? null
                : record.accessToken(asked, this::resource).orElse(null);
        HeldToken before = slot.find(asked);
        if (record == null
                || stored == null
                || (before != null && before.isRejected() && stored.token().equals(before.token()))) {
            return null;
        }
        // How much of an assumed life is over nobody knows: if a new token is to be had, that is better.
        boolean ageless =
                stored.token().expiresAt().isEmpty() && stored.issuedAt().isEmpty();
        if (ageless && renewable) {
            return null;
        }
        long now = settings.clock.millis();
        boolean known = before != null && before.token().equals(stored.token());
        Freshness.Ends ends = ends(stored, renewable, now);
        if (known && before != null) {
            ends = ends.atMost(before.ends());
        }
        TokenProof proof = known && before != null ? before.proof() : restored(record);
        HeldToken held = held(asked, stored.token(), ends, found.isSaved(), now).boundTo(proof);
        if (!ends.isValid(now)) {
            return null;
        }
        // What is stale serves whoever has seen nothing of it yet; who has it already wants a new one.
        boolean seen = known && before != null && !before.isDoubtful();
        if (!slot.keep(held, now)) {
            return null;
        }
        boolean serves = renewable
                ? !options.forcesRefresh()
                        && held.isUsable(now, options.minimumValidity())
                        && (ends.isFresh(now) || !seen)
                : !options.forcesRefresh();
        return serves ? TokenResult.of(stored.token(), Origin.STORE, found.isSaved(), proof) : null;
    }

    /** With the nonce that came with it, which is good for the first call as well where the server is the resource too. */
    private @Nullable TokenProof restored(SessionRecord record) {
        TokenBinding binding = bindings.restore(record.binding().orElse(null));
        if (binding != null && settings.profile.requiresNonces()) {
            record.serverNonce().ifPresent(nonce -> forms.keptNonce(binding, nonce));
        }
        return binding;
    }

    /** Puts a new token at hand, after it was stored. */
    TokenResult fromServer(
            TokenMemory.Slot slot,
            AskedFor asked,
            TokenResponse response,
            Instant now,
            boolean renewable,
            Written as,
            @Nullable TokenProof proof) {
        boolean saved = as.failure().isEmpty();
        if (as.isCurrent()) {
            StoredToken stored = SessionRecord.stored(response, now);
            Freshness.Ends ends = ends(stored, renewable, now.toEpochMilli());
            slot.keep(
                    held(asked, stored.token(), ends, saved, now.toEpochMilli()).boundTo(proof), now.toEpochMilli());
        }
        return TokenResult.of(response.accessToken(), Origin.SERVER, saved, proof);
    }

    /** Most sessions ask for the same and are granted the same, of which each would have a copy. */
    private HeldToken held(AskedFor asked, AccessToken token, Freshness.Ends ends, boolean saved, long now) {
        AccessToken slim =
                AccessToken.of(token.reveal(), token.type(), token.expiresAt().orElse(null), scopes.of(token.scopes()));
        return HeldToken.of(questions.of(asked), slim, ends, saved, now, unwatched(saved));
    }

    Optional<String> resource(Scopes scopes) {
        try {
            return settings.profile.resource(scopes);
        } catch (ConfigurationException e) {
            // Of several resources: no other token serves them. The server says what it thinks of such a request.
            return Optional.empty();
        }
    }

    private Freshness.Ends ends(StoredToken stored, boolean renewable, long now) {
        return renewable
                ? freshness.of(stored, StoredToken.ASSUMED_LIFETIME, now)
                : toTheEnd.of(stored, UNTIL_REFUSED, now);
    }

    /** For how long nobody need look at the store again. */
    Duration unwatched(boolean saved) {
        return saved ? settings.staleness : UNSAVED;
    }
}
