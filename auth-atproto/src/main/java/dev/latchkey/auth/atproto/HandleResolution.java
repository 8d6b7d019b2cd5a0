package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.TransportException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the DID that a handle stands for: by a TXT record, and by a file at the host of that name. Both are asked at once,
 * and what the DNS says counts where they differ.
 */
final class HandleResolution {

    private final TxtRecords dns;
    private final StrangersDocuments web;
    private final Executor executor;
    private final Duration patience;

    HandleResolution(TxtRecords dns, StrangersDocuments web, Executor executor, Duration patience) {
        this.dns = dns;
        this.web = web;
        this.executor = executor;
        this.patience = patience;
    }

    Did resolve(Handle handle) {
        if (!handle.canBeSomebodys(web.development())) {
            throw new ConfigurationException(
                    "handle",
                    handle + " is under a top-level domain that is nobody's; handles there are never looked up");
        }
        long deadline = System.nanoTime() + patience.toNanos();
        CompletableFuture<Optional<Did>> record = start(() -> record(handle));
        CompletableFuture<Optional<Did>> file = start(() -> file(handle));
        Finding inDns = await(record, deadline);
        if (inDns.did != null) {
            return inDns.did;
        }
        Finding onWeb = await(file, deadline);
        if (onWeb.did != null) {
            return onWeb.did;
        }
        throw nothingFound(handle, inDns.failure, onWeb.failure);
    }

    private Optional<Did> record(Handle handle) throws IOException {
        Set<String> values = new TreeSet<>();
        for (String text : dns.lookup("_atproto." + handle)) {
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

    private Optional<Did> file(Handle handle) throws IOException {
        return web.text(URI.create("https://" + handle + "/.well-known/atproto-did"))
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

    private CompletableFuture<Optional<Did>> start(LookUp lookUp) {
        CompletableFuture<Optional<Did>> outcome = new CompletableFuture<>();
        try {
            executor.execute(() -> {
                try {
                    outcome.complete(lookUp.run());
                } catch (Throwable e) {
                    outcome.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            outcome.completeExceptionally(e);
        }
        return outcome;
    }

    private static Finding await(CompletableFuture<Optional<Did>> lookUp, long deadline) {
        try {
            long left = Math.max(0, deadline - System.nanoTime());
            return new Finding(lookUp.get(left, TimeUnit.NANOSECONDS).orElse(null), null);
        } catch (TimeoutException e) {
            return new Finding(null, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TemporaryFailureException("Interrupted while a handle was looked up", true, null, e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof Error) {
                throw (Error) cause;
            }
            if (cause instanceof InvalidResponseException) {
                throw ((InvalidResponseException) cause).again();
            }
            return new Finding(null, cause);
        }
    }

    private static RuntimeException nothingFound(Handle handle, @Nullable Throwable inDns, @Nullable Throwable onWeb) {
        if (onWeb instanceof TransportException
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
        return new ConfigurationException(
                "handle",
                handle + " is nobody's: neither the TXT record _atproto." + handle + " nor https://" + handle
                        + "/.well-known/atproto-did names a DID; check the spelling",
                null,
                onWeb);
    }

    /** A handle's host need not exist, nor have a certificate: the record in the DNS is enough. */
    private static boolean mayPass(@Nullable Throwable failure) {
        if (!(failure instanceof TransportException)) {
            return failure != null;
        }
        TransportException.Kind kind = ((TransportException) failure).kind();
        return kind != TransportException.Kind.RESOLVE && kind != TransportException.Kind.TLS;
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
