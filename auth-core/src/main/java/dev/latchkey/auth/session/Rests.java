package dev.latchkey.auth.session;

import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.ServerError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a session's server need not be asked for now: by what it was asked for, and whether it wants to be left alone. Immutable. */
final class Rests {

    static final Rests NONE = new Rests(List.of(), null);

    private static final int MOST = 100;

    private final List<Rest> rests;
    // No flight of the session asks the server while this lasts, though it looks into the store.
    private final @Nullable Rest wish;

    private Rests(List<Rest> rests, @Nullable Rest wish) {
        this.rests = rests;
        this.wish = wish;
    }

    /** After somebody found a failure that says how long it holds. */
    Rests with(Rest rest, long nowMillis) {
        List<Rest> after = new ArrayList<>();
        Rest newest = rest;
        for (Rest each : rests) {
            if (each.isSameAs(rest)) {
                newest = each.outlasts(rest) ? each : rest;
            } else if (!each.isForgotten(nowMillis) && after.size() < MOST) {
                after.add(each);
            }
        }
        after.add(newest);
        return new Rests(List.copyOf(after), wish);
    }

    /** After the server failed. */
    Rests afterFailure(AskedFor asked, OAuthException reason, long nowMillis) {
        Rest before =
                rests.stream().filter(each -> each.isFor(asked)).findFirst().orElse(null);
        Rests after = with(Rest.after(before, asked, reason, nowMillis), nowMillis);
        Duration wanted = reason.error().flatMap(ServerError::retryAfter).orElse(null);
        if (wanted == null) {
            return after;
        }
        Rest newest = Rest.demanded(null, reason, nowMillis, wanted);
        boolean known = wish != null && wish.lastsAt(nowMillis) && wish.outlasts(newest);
        return known ? after : new Rests(after.rests, newest);
    }

    /** After a token was found or granted. */
    Rests afterSuccess(AskedFor asked) {
        if (rests.isEmpty()) {
            return this;
        }
        List<Rest> after = new ArrayList<>(rests);
        after.removeIf(each -> each.isForAll() || each.isFor(asked));
        return new Rests(List.copyOf(after), wish);
    }

    /** After somebody changed the session in the store: what the server wished for it still does. */
    Rests afterChange() {
        return rests.isEmpty() ? this : new Rests(List.of(), wish);
    }

    /** Why nobody need ask now, or null. */
    @Nullable
    OAuthException at(AskedFor asked, long nowMillis, boolean onlyDemanded) {
        for (Rest each : rests) {
            if ((each.isForAll() || each.isFor(asked))
                    && each.lastsAt(nowMillis)
                    && (each.isDemanded() || !onlyDemanded)) {
                return each.reason();
            }
        }
        return null;
    }

    /** What the server said about waiting, or null. */
    @Nullable
    OAuthException wish(long nowMillis) {
        return wish == null ? null : wish.remaining(nowMillis);
    }
}
