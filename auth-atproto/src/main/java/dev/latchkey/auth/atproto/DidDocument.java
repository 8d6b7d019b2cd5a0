package dev.latchkey.auth.atproto;

import dev.latchkey.auth.json.Json;
import dev.latchkey.auth.json.JsonFault;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is published about a DID: typed accessors over the document's members.
 *
 * <p>What it says of a handle is a claim: {@link AtprotoIdentity#handle()} is that claim checked. Immutable; equality
 * regards all members.
 */
public final class DidDocument {

    private final Did id;
    private final Map<String, @Nullable Object> members;

    private DidDocument(Did id, Map<String, @Nullable Object> members) {
        this.id = id;
        this.members = members;
    }

    /**
     * Reads a document.
     *
     * @param id the DID that it was fetched for
     * @param members the members by name
     * @return the document
     * @throws IllegalArgumentException if the document is about another DID
     */
    public static DidDocument of(Did id, Map<String, ? extends @Nullable Object> members) {
        if (!id.toString().equals(members.get("id"))) {
            throw new IllegalArgumentException("names another DID than the one that was asked for");
        }
        return new DidDocument(id, Collections.unmodifiableMap(new LinkedHashMap<>(members)));
    }

    /**
     * Reads a document from JSON.
     *
     * @param id the DID that it is to be about
     * @param utf8 one JSON object
     * @return the document
     * @throws IllegalArgumentException if it is no JSON object, or about another DID
     */
    public static DidDocument parse(Did id, byte[] utf8) {
        try {
            return of(id, Json.object(utf8));
        } catch (JsonFault e) {
            throw new IllegalArgumentException(e.field() + " " + e.problem(), e);
        }
    }

    /**
     * Prints the document.
     *
     * @return JSON in UTF-8, with all members
     */
    public byte[] toJson() {
        return Json.write(members);
    }

    /**
     * Tells what an account of the AT Protocol would lack with this document.
     *
     * @return the members that are missing or wrong, of {@code alsoKnownAs}, {@code verificationMethod} and {@code service}; none if
     *     all is as it must be
     */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (claimedHandle().isEmpty()) {
            problems.add("alsoKnownAs");
        }
        if (signingKey().filter(key -> key.startsWith("z")).isEmpty()) {
            problems.add("verificationMethod");
        }
        if (pds().isEmpty()) {
            problems.add("service");
        }
        return List.copyOf(problems);
    }

    /**
     * Tells what the document is about.
     *
     * @return the DID
     */
    public Did id() {
        return id;
    }

    /**
     * Tells the handle that the account claims: the first {@code at://} in {@code alsoKnownAs} that is a handle by its syntax.
     *
     * @return the handle, which nobody has checked yet, or nothing
     */
    public Optional<Handle> claimedHandle() {
        return list("alsoKnownAs").stream()
                .filter(each -> each instanceof String
                        && ((String) each).startsWith("at://")
                        && !((String) each).startsWith("at://@"))
                .flatMap(each -> handle(((String) each).substring("at://".length())).stream())
                .findFirst();
    }

    private static Optional<Handle> handle(String text) {
        try {
            return Optional.of(Handle.of(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Tells the personal data server as the document has it: the endpoint of the first service that is one. */
    Optional<String> pdsEndpoint() {
        for (Object each : list("service")) {
            if (each instanceof Map) {
                Map<?, ?> service = (Map<?, ?>) each;
                if (isOwn(service.get("id"), "#atproto_pds")
                        && "AtprotoPersonalDataServer".equals(service.get("type"))) {
                    Object endpoint = service.get("serviceEndpoint");
                    return endpoint instanceof String ? Optional.of((String) endpoint) : Optional.empty();
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Tells the account's personal data server.
     *
     * @return its origin, or nothing if the document names none, or something that is not an https origin
     */
    public Optional<URI> pds() {
        return pdsEndpoint().flatMap(endpoint -> ServerOrigin.read(endpoint, false));
    }

    /**
     * Tells the key that the account's repository is signed with.
     *
     * @return the public key in the multibase encoding, as the document has it, or nothing
     */
    public Optional<String> signingKey() {
        for (Object each : list("verificationMethod")) {
            if (each instanceof Map && isOwn(((Map<?, ?>) each).get("id"), "#atproto")) {
                Object key = ((Map<?, ?>) each).get("publicKeyMultibase");
                return key instanceof String ? Optional.of((String) key) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /**
     * Gives all members.
     *
     * @return an unmodifiable map
     */
    public Map<String, @Nullable Object> asMap() {
        return members;
    }

    /** The short form and the full one: no other subject's, whatever it ends in. */
    private boolean isOwn(@Nullable Object name, String fragment) {
        return fragment.equals(name) || (id + fragment).equals(name);
    }

    private List<?> list(String name) {
        Object value = members.get(name);
        return value instanceof List ? (List<?>) value : List.of();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DidDocument && members.equals(((DidDocument) other).members);
    }

    @Override
    public int hashCode() {
        return Objects.hashCode(members);
    }

    @Override
    public String toString() {
        return "DidDocument[" + id + "]";
    }
}
