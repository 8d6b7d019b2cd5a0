package dev.latchkey.auth.atproto;

import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.auth.spi.TransportException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fetches the documents of the two kinds of DID that accounts have. */
final class DidDocuments {

    private static final String NAME = "DID document";
    // Shorter than what a DID may be in general: it becomes a part of an address.
    private static final Pattern PLC = Pattern.compile("did:plc:[a-z2-7]{24}");
    private static final String WEB = "did:web:";
    private static final Pattern LOCALHOST = Pattern.compile("localhost(%3[Aa]([0-9]{1,5}))?");

    // An account's has some thirty. Many are remembered, and of what is small as a text each value may take much
    // memory.
    private static final int MAX_VALUES = 500;

    private final StrangersDocuments documents;
    private final URI plcDirectory;

    DidDocuments(StrangersDocuments documents, URI plcDirectory) {
        this.documents = documents;
        this.plcDirectory = plcDirectory;
    }

    DidDocument fetch(Did did) {
        return find(did)
                .orElseThrow(() -> new ConfigurationException(
                        "did", did + " is nobody's, says " + location(did).getHost() + "; check the spelling"));
    }

    /** Fetches a document; there is none if the directory, or the DID's own host, says so. */
    Optional<DidDocument> find(Did did) {
        URI location = location(did);
        Map<String, @Nullable Object> members = documents
                .json(location, NAME, "application/did+ld+json", "application/json", "application/did+json")
                .orElse(null);
        if (members != null && values(members, MAX_VALUES) < 0) {
            throw new InvalidResponseException(
                    "document", location.getHost(), "of " + did + " has more than " + MAX_VALUES + " values");
        }
        try {
            return members == null ? Optional.empty() : Optional.of(DidDocument.of(did, members));
        } catch (IllegalArgumentException e) {
            throw new InvalidResponseException("id", location.getHost(), String.valueOf(e.getMessage()), null, e);
        }
    }

    /**
     * Finds out whether an account that there was is no more, which the directory says with a status of its own: one that has a bad day, or
     * is the wrong one, may have no document either, and ends no session by that.
     *
     * @throws TemporaryFailureException if the directory says anything else
     */
    void requireGone(Did did) {
        URI location = location(did);
        int status;
        try {
            status = documents.status(location);
        } catch (TransportException e) {
            throw new TemporaryFailureException(
                    location.getHost() + " does not say now whether " + did + " is no more", true, null, e);
        }
        if (status != 410) {
            throw new TemporaryFailureException(
                    location.getHost() + " has no document of " + did
                            + ", which it had, and does not say that it is no more",
                    true,
                    null,
                    null);
        }
    }

    /** Counts down for each value; below zero if there are more. */
    private static int values(@Nullable Object value, int left) {
        int rest = left - 1;
        Iterable<?> within = value instanceof Map
                ? ((Map<?, ?>) value).values()
                : value instanceof Iterable ? (Iterable<?>) value : List.of();
        for (Object each : within) {
            if (rest < 0) {
                return rest;
            }
            rest = values(each, rest);
        }
        return rest;
    }

    /** Tells where the document of a DID is. */
    URI location(Did did) {
        String text = did.toString();
        switch (did.method()) {
            case "plc":
                if (!PLC.matcher(text).matches()) {
                    throw new ConfigurationException(
                            "did", "is no did:plc, which has 24 letters and digits (base32) after its method");
                }
                return URI.create(plcDirectory + "/" + text);
            case "web":
                return URI.create(webOrigin(text.substring(WEB.length())) + "/.well-known/did.json");
            default:
                throw new ConfigurationException(
                        "did", "is a did:" + did.method() + ", and accounts have a did:plc or a did:web only");
        }
    }

    private String webOrigin(String host) {
        if (documents.development() && LOCALHOST.matcher(host).matches()) {
            return "http://" + host.replaceFirst("%3[Aa]", ":");
        }
        try {
            // Of the same syntax as handles are names of hosts in the DNS: no address, no port, no path.
            if (Handle.of(host).canBeSomebodys(documents.development()) && !host.startsWith("@")) {
                return "https://" + host;
            }
        } catch (IllegalArgumentException e) {
            throw unusable(e);
        }
        throw unusable(null);
    }

    private static ConfigurationException unusable(@Nullable Throwable cause) {
        return new ConfigurationException(
                "did",
                "is a did:web that accounts cannot have: the name of a public host is allowed, without a port and a path",
                null,
                cause);
    }
}
