package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** The directory of {@code did:plc}, and what a DID document looks like. */
public final class LabDirectory {

    private final LabHost host;
    private final Map<String, JsonObject> documents = new ConcurrentHashMap<>();
    private final Set<String> gone = ConcurrentHashMap.newKeySet();

    LabDirectory(LabHost host) {
        this.host = host;
        host.otherwise(call -> LabHost.openly(call, () -> answer(call.path().substring(1))));
    }

    private Reply answer(String did) {
        if (gone.contains(did)) {
            return Reply.json(410, Json.object("message", "DID not available: " + did));
        }
        JsonObject document = documents.get(did);
        return document == null
                ? Reply.json(404, Json.object("message", "DID not registered: " + did))
                : Reply.of(200, "application/did+ld+json; charset=utf-8", document.toString());
    }

    /** Its host. */
    public LabHost host() {
        return host;
    }

    /** Registers a document in place of the one before. */
    public void put(String did, JsonObject document) {
        documents.put(did, document);
    }

    /** Changes a document. */
    public void alter(LabAccount account, Consumer<JsonObject> change) {
        documents.computeIfPresent(account.did(), (did, before) -> {
            JsonObject after = before.deepCopy();
            change.accept(after);
            return after;
        });
    }

    /** The DID is no more, as its owner has said: 410. */
    public void tombstone(LabAccount account) {
        gone.add(account.did());
    }

    /** The directory has lost the document, or never had it: 404. */
    public void loses(LabAccount account) {
        documents.remove(account.did());
    }

    /** The account's data lie at another server now. */
    public void move(LabAccount account, LabPds pds) {
        pds.holds(account.did());
        put(account.did(), document(account, pds.origin()));
    }

    /** A document as it should be. */
    public static JsonObject document(LabAccount account, String pds) {
        JsonObject document = Json.object("id", account.did());
        document.add("@context", Json.array("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"));
        document.add("alsoKnownAs", Json.array("at://" + account.handle()));
        JsonArray methods = new JsonArray();
        methods.add(Json.object(
                "id",
                account.did() + "#atproto",
                "type",
                "Multikey",
                "controller",
                account.did(),
                "publicKeyMultibase",
                "zQ3shXjHeiBuRCKmM36cuYnm7YEMzhGnCmCyW92sRJ9pribSF"));
        document.add("verificationMethod", methods);
        JsonArray services = new JsonArray();
        services.add(Json.object("id", "#atproto_pds", "type", "AtprotoPersonalDataServer", "serviceEndpoint", pds));
        document.add("service", services);
        return document;
    }
}
