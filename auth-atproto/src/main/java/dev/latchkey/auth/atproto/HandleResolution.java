package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.TransportException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the DID that a handle stands for: by a TXT record, and by a file at the host of that name. Both are asked at once,
 * and what the DNS says counts where they differ.
 */
final class HandleResolution {

    // How many files may be read on that nobody needs any more.
    static final int STRAGGLERS = 16;

    private final TxtRecords dns;
    private final StrangersDocuments web;
    private final Executor executor;
    private final Duration patience;
    private final @Nullable URI service;
    // Each has two threads, which go on for a while after everybody has given up.
    private final LookUpLimit limit = new LookUpLimit();
    private final Semaphore stragglers = new Semaphore(STRAGGLERS);
    private final ConcurrentMap<Handle, Asked> underWay = new ConcurrentHashMap<>();

    HandleResolution(
            TxtRecords dns, StrangersDocuments web, Executor executor, Duration patience, @Nullable URI service) {
        this.dns = dns;
        this.web = web;
        this.executor = executor;
        this.patience = patience;
        this.service = service;
    }

    Did resolve(Handle handle) {
        if (!handle.canBeSomebodys(web.development())) {
            throw new ConfigurationException(
                    "handle",
                    handle + " is under a top-level domain that is nobody's; handles there are never looked up"
                            + (handle.isTest()
                                    ? "; for tests on this machine there is dangerouslyAllowLoopback()"
                                    : ""));
        }
        if (service != null) {
            return byService(handle, service);
        }
        long deadline = System.nanoTime() + patience.toNanos();
        Asked asked = ask(handle, deadline);
        Finding inDns = await(asked.record, deadline);
        if (inDns.did != null) {
            return inDns.did;
        }
        Finding onWeb = await(asked.file, deadline);
        if (onWeb.did != null) {
            return onWeb.did;
        }
        throw nothingFound(handle, inDns.failure, onWeb.failure);
    }

    /**
     * Starts the look-ups and does not wait, neither for them nor for a place.
     *
     * @return the DID; null inside if finding it out takes no more than a request, which {@link #resolve} makes
     */
    CompletableFuture<@Nullable Did> start(Handle handle) {
        if (service != null || !handle.canBeSomebodys(web.development())) {
            return CompletableFuture.completedFuture(null);
        }
        Asked asked;
        try {
            asked = ask(handle, System.nanoTime());
        } catch (OAuthException e) {
            return CompletableFuture.failedFuture(e);
        }
        return finding(asked.record)
                .thenCompose(inDns -> inDns.did != null
                        ? CompletableFuture.completedFuture(inDns.did)
                        : finding(asked.file).thenApply(onWeb -> {
                            if (onWeb.did == null) {
                                throw nothingFound(handle, inDns.failure, onWeb.failure);
                            }
                            return onWeb.did;
                        }));
    }

    private Did byService(Handle handle, URI service) {
        Map<String, @Nullable Object> answer;
        try {
            answer = web.json(
                            URI.create(service + "/xrpc/com.atproto.identity.resolveHandle?handle=" + handle),
                            "handle service",
                            "application/json")
                    .orElse(Map.of());
        } catch (ConfigurationException e) {
            // With status 400 it says that it knows no such handle.
            throw nobodys(handle, "says " + service.getHost(), "", e);
        }
        return did(String.valueOf(answer.get("did")))
                .orElseThrow(() -> nobodys(handle, "says " + service.getHost(), "", null));
    }

    /** Starts both look-ups, or joins those that somebody else waits for. */
    private Asked ask(Handle handle, long deadline) {
        Asked others = underWay.get(handle);
        if (others != null) {
            return others;
        }
        enter(handle, deadline);
        Asked mine = new Asked();
        others = underWay.putIfAbsent(handle, mine);
        if (others != null) {
            limit.leave(handle);
            return others;
        }
        StoppableWork file = new StoppableWork();
        leaveInTime(handle, mine, file);
        start(mine.record, () -> record(handle));
        start(mine.file, () -> file.run(() -> file(handle)).orElse(Optional.empty()));
        return mine;
    }

    /**
     * Gives the place back when both have ended, and not when nobody waits any more. But what the DNS says counts, whatever a host says that
     * may never answer: some such files are read on without a place, and the others are stopped, which takes as long as it takes, since no
     * interrupt ends a look-up of a host's name.
     */
    private void leaveInTime(Handle handle, Asked asked, StoppableWork file) {
        CompletableFuture<Object> over = new CompletableFuture<>();
        var unusedLeft = over.thenRun(() -> limit.leave(handle));
        var unusedNamed = asked.record.thenAccept(found -> found.ifPresent(did -> {
            underWay.remove(handle, asked);
            if (stragglers.tryAcquire()) {
                var unused = asked.file.whenComplete((none, failure) -> stragglers.release());
                over.complete(did);
            } else {
                file.stop();
            }
        }));
        var unusedAll = CompletableFuture.allOf(asked.record, asked.file).whenComplete((none, failure) -> {
            underWay.remove(handle, asked);
            over.complete(asked);
        });
    }

    private void enter(Handle handle, long deadline) {
        try {
            if (limit.enter(handle, deadline)) {
                return;
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
        throw new TemporaryFailureException(
                "So many handles are being looked up, in all or under " + LookUpLimit.domain(handle) + ", that "
                        + handle + " had no turn; wait and try again",
                true,
                null,
                null);
    }

    private static TemporaryFailureException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new TemporaryFailureException("Interrupted while a handle was looked up", true, null, e);
    }

    private Optional<Did> record(Handle handle) throws IOException {
        Set<String> values = new TreeSet<>();
        for (String text : records("_atproto." + handle)) {
            if (text.startsWith("did=")) {
                values.add(text.substring("did=".length()).trim());
            }
        }
        if (values.size() > 1) {
            throw new InvalidResponseException(
                    "did", "_atproto." + handle, "the DNS has records for different DIDs; leave one of them");
        }
        return values.stream().findFirst().flatMap(HandleResolution::did);
    }

    // What is wrong with a look-up that the application brought does not pass by waiting.
    private List<String> records(String name) throws IOException {
        try {
            return List.copyOf(dns.lookup(name));
        } catch (RuntimeException e) {
            throw new BrokenLookUp(e);
        }
    }

    private Optional<Did> file(Handle handle) throws IOException {
        // As the reference reads it: what follows the first line is anybody's remark.
        return web.text(URI.create("https://" + handle + "/.well-known/atproto-did"))
                .map(text -> text.split("\n", 2)[0].trim())
                .flatMap(HandleResolution::did);
    }

    private static Optional<Did> did(String text) {
        try {
            return Optional.of(Did.of(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private interface LookUp {

        Optional<Did> run() throws IOException;
    }

    private void start(CompletableFuture<Optional<Did>> outcome, LookUp lookUp) {
        try {
            executor.execute(() -> {
                try {
                    outcome.complete(lookUp.run());
                } catch (Throwable e) {
                    outcome.completeExceptionally(e);
                }
            });
        } catch (Throwable e) {
            // No thread for it, it may be.
            outcome.completeExceptionally(e);
        }
    }

    private static Finding await(CompletableFuture<Optional<Did>> lookUp, long deadline) {
        try {
            long left = Math.max(0, deadline - System.nanoTime());
            return new Finding(lookUp.get(left, TimeUnit.NANOSECONDS).orElse(null), null);
        } catch (TimeoutException e) {
            return new Finding(null, e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            return failed(e.getCause());
        }
    }

    private static CompletableFuture<Finding> finding(CompletableFuture<Optional<Did>> lookUp) {
        return lookUp.handle(
                (found, failure) -> failure == null ? new Finding(found.orElse(null), null) : failed(failure));
    }

    /** Why a look-up has found nothing; an answer that cannot be true is thrown. */
    private static Finding failed(@Nullable Throwable failure) {
        if (failure instanceof Error) {
            throw (Error) failure;
        }
        if (failure instanceof BrokenLookUp) {
            throw ((BrokenLookUp) failure).told();
        }
        if (failure instanceof InvalidResponseException) {
            throw ((InvalidResponseException) failure).again();
        }
        return new Finding(null, failure);
    }

    private static RuntimeException nothingFound(Handle handle, @Nullable Throwable inDns, @Nullable Throwable onWeb) {
        // Only if the DNS has said that it knows nothing: it counts, whatever the host of that name is.
        if (inDns == null
                && onWeb instanceof TransportException
                && ((TransportException) onWeb).kind() == TransportException.Kind.ADDRESS) {
            return new InvalidResponseException(
                    "address", handle.toString(), "must not be reached, and nothing was sent there", null, onWeb);
        }
        Throwable passing = inDns != null ? inDns : mayPass(onWeb) ? onWeb : null;
        if (passing != null) {
            return new TemporaryFailureException(
                    "The handle " + handle + " could not be looked up now (" + (inDns != null ? "the DNS" : "its host")
                            + " did not answer); wait and try again",
                    true,
                    null,
                    passing);
        }
        return nobodys(
                handle,
                "neither the TXT record _atproto." + handle + " nor https://" + handle
                        + "/.well-known/atproto-did names a DID",
                onWeb);
    }

    private static ConfigurationException nobodys(Handle handle, String why, @Nullable Throwable cause) {
        String hint = handle.isTest() ? "; a server finds such handles by handleService(…)" : "";
        return nobodys(handle, why, hint, cause);
    }

    private static ConfigurationException nobodys(Handle handle, String why, String hint, @Nullable Throwable cause) {
        return new ConfigurationException(
                "handle",
                handle + " is nobody's: " + why + "; check the spelling, and if it is a server write https:// before it"
                        + hint,
                null,
                cause);
    }

    /** A handle's host need not exist, nor have a certificate: the record in the DNS is enough. */
    private static boolean mayPass(@Nullable Throwable failure) {
        if (!(failure instanceof TransportException)) {
            return failure != null;
        }
        TransportException.Kind kind = ((TransportException) failure).kind();
        return kind != TransportException.Kind.RESOLVE && kind != TransportException.Kind.TLS;
    }

    /** Two look-ups of one handle, for all who wait for them. */
    private static final class Asked {

        private final CompletableFuture<Optional<Did>> record = new CompletableFuture<>();
        private final CompletableFuture<Optional<Did>> file = new CompletableFuture<>();
    }

    /** A look-up of the application's own that does what it may not. */
    private static final class BrokenLookUp extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final RuntimeException fault;

        BrokenLookUp(RuntimeException fault) {
            super(fault);
            this.fault = fault;
        }

        ConfigurationException told() {
            return new ConfigurationException(
                    "txtRecords",
                    "gave null or threw " + fault.getClass().getName()
                            + ", where only an IOException says that the DNS does not answer",
                    null,
                    fault);
        }
    }

    private static final class Finding {

        private final @Nullable Did did;
        private final @Nullable Throwable failure;

        Finding(@Nullable Did did, @Nullable Throwable failure) {
            this.did = did;
            this.failure = failure;
        }
    }
}
