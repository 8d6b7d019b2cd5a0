package dev.latchkey.it.atproto.lab;

import com.google.gson.JsonObject;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An authorization server, which plays fair until it is told not to. */
public final class LabAuthorizationServer {

    private final LabHost host;
    private final Grants grants;
    private final Nonces nonces;
    private final Function<String, Optional<LabAccount>> accounts;
    private final Set<String> resources = new LinkedHashSet<>();
    private volatile Consumer<? super JsonObject> alterMetadata = fair -> {};
    private volatile Consumer<? super JsonObject> alterTokens = fair -> {};
    private volatile Consumer<? super Map<String, String>> alterCallback = fair -> {};
    private volatile Function<Set<String>, Set<String>> whatIsGranted = Function.identity();
    private volatile @Nullable LabAccount somebody;
    private volatile boolean denies;

    LabAuthorizationServer(LabHost host, LabWorld world, Function<String, Optional<LabAccount>> accounts) {
        this.host = host;
        this.accounts = accounts;
        this.grants = new Grants(world.clock, world.goneAccounts::contains);
        this.nonces = Nonces.of(host.origin(), world.nonces);
        Doorman doorman = new Doorman(
                host.origin(), new ClientDocuments(world.fetch, world.clock), nonces, world.clock, world.replays);
        PushEndpoint push = new PushEndpoint(grants, world.clock, world.replays);
        TokenEndpoint token = new TokenEndpoint(grants, world.clock, body -> alterTokens.accept(body));
        RevocationEndpoint revocation = new RevocationEndpoint(doorman, grants);
        AuthorizeEndpoint authorize = new AuthorizeEndpoint(
                host.origin(),
                grants,
                this::whoSignsIn,
                scopes -> whatIsGranted.apply(scopes),
                parameters -> alterCallback.accept(parameters));
        host.document("/.well-known/oauth-authorization-server", this::metadata);
        host.route("/oauth/par", call -> doorman.answer(call, push));
        host.route("/oauth/authorize", authorize::answer);
        host.route("/oauth/token", call -> doorman.answer(call, token));
        host.route("/oauth/revoke", call -> politely(call, revocation));
    }

    private Reply politely(Call call, RevocationEndpoint revocation) {
        Reply polite = RevocationEndpoint.politely(revocation.answer(call));
        return call.header("DPoP").isPresent() ? polite.with("DPoP-Nonce", nonces.current()) : polite;
    }

    private Reply metadata() {
        JsonObject metadata = Json.object(
                "issuer", host.origin(),
                "authorization_endpoint", host.uri("/oauth/authorize").toString(),
                "token_endpoint", host.uri("/oauth/token").toString(),
                "revocation_endpoint", host.uri("/oauth/revoke").toString(),
                "pushed_authorization_request_endpoint", host.uri("/oauth/par").toString());
        metadata.add("response_types_supported", Json.array("code"));
        metadata.add("response_modes_supported", Json.array("query", "fragment"));
        metadata.add("grant_types_supported", Json.array("authorization_code", "refresh_token"));
        metadata.add("code_challenge_methods_supported", Json.array("S256"));
        metadata.add("token_endpoint_auth_methods_supported", Json.array("none", "private_key_jwt"));
        metadata.add("token_endpoint_auth_signing_alg_values_supported", Json.array("ES256"));
        metadata.add(
                "scopes_supported",
                Json.array("atproto", "transition:email", "transition:generic", "transition:chat.bsky"));
        metadata.add("dpop_signing_alg_values_supported", Json.array("ES256"));
        for (String promise : List.of(
                "authorization_response_iss_parameter_supported",
                "require_pushed_authorization_requests",
                "require_request_uri_registration",
                "client_id_metadata_document_supported")) {
            metadata.addProperty(promise, true);
        }
        metadata.add("protected_resources", Json.array(List.copyOf(resources)));
        alterMetadata.accept(metadata);
        return Reply.json(metadata);
    }

    private Optional<String> whoSignsIn(Pushed pushed) {
        LabAccount present = somebody;
        if (denies) {
            return Optional.empty();
        }
        return present != null
                ? Optional.of(present.did())
                : pushed.loginHint.flatMap(accounts).map(LabAccount::did);
    }

    /** Its host. */
    public LabHost host() {
        return host;
    }

    /** Its issuer identifier. */
    public String issuer() {
        return host.origin();
    }

    void protects(LabHost resource) {
        resources.add(resource.origin());
    }

    Grants grants() {
        return grants;
    }

    /** Whoever sits at the browser is this one, whatever the client hinted; null for the one that it hinted. */
    public void signsIn(@Nullable LabAccount account) {
        somebody = account;
    }

    /** Whoever sits at the browser does not agree, or does again. */
    public void denies(boolean whether) {
        denies = whether;
    }

    /** Only these scopes of those that were asked for are granted. */
    public void grantsOnly(String... scopes) {
        whatIsGranted = asked ->
                asked.stream().filter(Set.of(scopes)::contains).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Its metadata lies. */
    public void alterMetadata(Consumer<? super JsonObject> change) {
        alterMetadata = change;
    }

    /** Its token responses lie, or leave something out. */
    public void alterTokens(Consumer<? super JsonObject> change) {
        alterTokens = change;
    }

    /** What the browser brings back lies, or lacks something. */
    public void alterCallback(Consumer<? super Map<String, String>> change) {
        alterCallback = change;
    }

    /** How long access tokens live; a quarter of an hour at first. */
    public void accessTokensLive(Duration life) {
        grants.life(life);
    }

    /** All access tokens have expired. */
    public void expireAccessTokens() {
        grants.expireAccessTokens();
    }

    /** All sessions are over. */
    public void endSessions() {
        grants.endAll();
    }

    /** The DIDs of the sessions that are alive. */
    public List<String> sessions() {
        return grants.alive().stream().map(session -> session.subject).collect(Collectors.toList());
    }

    /** How many refresh tokens were redeemed. */
    public int refreshes() {
        return grants.refreshes();
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
}
