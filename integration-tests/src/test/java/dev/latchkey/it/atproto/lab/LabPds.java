package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A personal data server, whose tokens one authorization server gives out. */
public final class LabPds {

    private static final String DESCRIBE = "com.atproto.server.describeServer";
    private static final String UPLOAD = "com.atproto.repo.uploadBlob";
    private static final String CHAT = "did:web:api.bsky.chat#bsky_chat";
    private static final String PREFIX = "/xrpc/";

    private final LabHost host;
    private final LabAuthorizationServer issuer;
    private final LabWorld world;
    private final Nonces nonces;
    private final Set<String> accounts = ConcurrentHashMap.newKeySet();
    private final Map<String, Method> methods = new ConcurrentHashMap<>();
    private volatile Consumer<? super JsonObject> alterResource = fair -> {};

    LabPds(LabHost host, LabAuthorizationServer issuer, LabWorld world) {
        this.host = host;
        this.issuer = issuer;
        this.world = world;
        this.nonces = Nonces.of(host.origin(), world.nonces);
        issuer.protects(host);
        query("com.atproto.server.getSession", "");
        query("app.bsky.actor.getPreferences", "transition:generic");
        procedure("com.atproto.repo.createRecord", "transition:generic");
        procedure(UPLOAD, "");
        methods.put("chat.bsky.convo.listConvos", new Method("GET", "transition:generic", CHAT));
        host.document("/.well-known/oauth-protected-resource", this::resource);
        host.otherwise(this::xrpc);
    }

    private Reply resource() {
        JsonObject resource = Json.object("resource", host.origin());
        resource.add("authorization_servers", Json.array(issuer.issuer()));
        resource.add("scopes_supported", Json.array());
        resource.add("bearer_methods_supported", Json.array("header"));
        resource.addProperty("resource_documentation", "https://atproto.com");
        alterResource.accept(resource);
        return Reply.json(resource);
    }

    private Reply xrpc(Call call) {
        if (!call.path().startsWith(PREFIX)) {
            return Reply.notFound();
        }
        String id = call.path().substring(PREFIX.length());
        if (id.equals(DESCRIBE)) {
            // Open: whatever the client shows, there is no nonce in the answer.
            return Reply.json(Json.object("did", "did:web:" + host.name()));
        }
        Method method = methods.get(id);
        if (method == null) {
            return Reply.json(501, Json.object("error", "MethodNotImplemented", "message", "Method Not Implemented"));
        }
        Reply reply;
        try {
            reply = authorised(call, id, method);
        } catch (Refusal refusal) {
            reply = refused(refusal);
        }
        return call.header("DPoP").isPresent() ? reply.with("DPoP-Nonce", nonces.current()) : reply;
    }

    private Reply authorised(Call call, String id, Method method) throws Refusal {
        String token = token(call);
        Proof proof = Proof.of(call, host.origin(), world.clock, world.replays.proofs, token);
        nonces.check(proof.nonce());
        LabSession session =
                issuer.grants().session(token).orElseThrow(() -> Refusal.of(Rule.RESOURCE_TOKEN, 401, "invalid_token"));
        unless(session.request.proofKey.equals(proof.thumbprint()), Rule.RESOURCE_KEY, 401, "invalid_token");
        unless(issuer.grants().holds(session, token), Rule.RESOURCE_TOKEN_DEAD, 401, "invalid_token");
        unless(accounts.contains(session.subject), Rule.RESOURCE_AUDIENCE, 401, "invalid_token");
        if (world.goneAccounts.contains(session.subject)) {
            // Nobody has told the client yet: it breaks no rule.
            return challenge("invalid_token", "the account is no more");
        }
        unless(method.verb.equals(call.method()), Rule.RESOURCE_METHOD, 405, "InvalidRequest");
        boolean here = method.service.equals(call.header("atproto-proxy").orElse(""));
        unless(here, Rule.RESOURCE_PROXY, 400, "InvalidRequest");
        List<String> scopes = List.of(session.scope.split(" ", -1));
        boolean allowed = id.equals(UPLOAD)
                ? LabScope.allowBlob(scopes, call.header("Content-Type").orElse(""))
                : method.scope.isEmpty() || scopes.contains(method.scope);
        unless(allowed, Rule.RESOURCE_SCOPE, 403, "insufficient_scope");
        return Reply.json(Json.object("did", session.subject, "nsid", id, "body", call.body()));
    }

    private static String token(Call call) throws Refusal {
        String authorization = call.header("Authorization").orElse("");
        if (authorization.isEmpty()) {
            throw Refusal.of(Rule.RESOURCE_TOKEN, 401, "AuthMissing");
        }
        unless(authorization.startsWith("DPoP "), Rule.RESOURCE_SCHEME, 400, "InvalidToken");
        return authorization.substring("DPoP ".length());
    }

    private static void unless(boolean kept, Rule rule, int status, String error) throws Refusal {
        if (!kept) {
            throw Refusal.of(rule, status, error);
        }
    }

    /** RFC 9449 §7.1: errors of token and proof are challenges, with 401. */
    private static Reply refused(Refusal refusal) {
        boolean challenge =
                Set.of("invalid_token", "invalid_dpop_proof", Refusal.USE_NONCE).contains(refusal.error());
        Reply reply = challenge
                ? challenge(refusal.error(), refusal.description())
                : error(refusal.status(), refusal.error(), refusal.description());
        return reply.noting(refusal.rule(), refusal.error());
    }

    private static Reply challenge(String error, String description) {
        return error(401, error, description)
                .with(
                        "WWW-Authenticate",
                        "DPoP algs=\"ES256\", error=\"" + error + "\", error_description=\"" + description + "\"");
    }

    private static Reply error(int status, String error, String description) {
        return Reply.json(status, Json.object("error", error, "message", description));
    }

    /** Its host. */
    public LabHost host() {
        return host;
    }

    /** Its address. */
    public String origin() {
        return host.origin();
    }

    /** The server whose tokens it takes. */
    public LabAuthorizationServer issuer() {
        return issuer;
    }

    void holds(String did) {
        accounts.add(did);
    }

    /** An account does not live here any more. */
    public void forgets(LabAccount account) {
        accounts.remove(account.did());
    }

    /** Offers a query: a GET that needs a scope beside {@code atproto}, or none. */
    public void query(String id, String scope) {
        methods.put(id, new Method("GET", scope, ""));
    }

    /** Offers a procedure: a POST that needs a scope beside {@code atproto}, or none. */
    public void procedure(String id, String scope) {
        methods.put(id, new Method("POST", scope, ""));
    }

    /** Its resource metadata lies. */
    public void alterResource(Consumer<? super JsonObject> change) {
        alterResource = change;
    }

    /** A new nonce after so many proofs; three at first. */
    public void newNonceEvery(int proofs) {
        nonces.every(proofs);
    }

    /** The nonces given so far are worth nothing any more. */
    public void rotateNonce() {
        nonces.rotate();
    }

    /** Demands another nonce again and again. */
    public void neverContent(boolean whether) {
        nonces.never(whether);
    }

    Optional<LabSession> session(String token) {
        return issuer.grants().session(token);
    }

    /** How a method is called, and what it needs. */
    private static final class Method {

        private final String verb;
        private final String scope;
        private final String service;

        private Method(String verb, String scope, String service) {
            this.verb = verb;
            this.scope = scope;
            this.service = service;
        }
    }
}
