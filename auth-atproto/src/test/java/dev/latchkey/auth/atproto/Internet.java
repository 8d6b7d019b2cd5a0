package dev.latchkey.auth.atproto;

import dev.latchkey.auth.spi.AddressPolicy;
import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.MutableClock;
import dev.latchkey.auth.testkit.RecordedRequest;
import dev.latchkey.auth.testkit.ScriptedTransport;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/** Everything that is published, by its address; what is not answers with 404. Starts with one account, all in order. */
final class Internet implements TxtRecords {

    static final Did ALICE = Did.of("did:plc:ewvi7nxzyoun6zhxrhs64oiz");
    static final Did MALLORY = Did.of("did:plc:mmmmmmmmmmmmmmmmmmmmmmmm");
    static final Handle HANDLE = Handle.of("alice.example.com");
    static final String PLC = "https://plc.directory/";
    static final String PDS = "https://pds.example.net";
    static final String AS = "https://as.example.org";
    static final String PDS2 = "https://pds2.example.net";
    static final String AS2 = "https://as2.example.org";
    static final String RESOURCE = PDS + "/.well-known/oauth-protected-resource";
    static final String SERVER = AS + "/.well-known/oauth-authorization-server";
    static final String WELL_KNOWN = "https://alice.example.com/.well-known/atproto-did";

    final ScriptedTransport transport = ScriptedTransport.create();
    final MutableClock clock = MutableClock.create();
    final Map<String, Answer> web = new ConcurrentHashMap<>();
    final Map<String, List<String>> dns = new ConcurrentHashMap<>();
    final List<String> asked = new CopyOnWriteArrayList<>();
    volatile boolean dnsIsDown;

    Internet() {
        transport
                .on("the web", request -> true)
                .alwaysAnswers(request -> web.getOrDefault(request.uri().toString(), Answer.of(404)));
        dns.put("_atproto.alice.example.com", List.of("v=spf1 -all", "did=" + ALICE));
        web.put(PLC + ALICE, Answer.of(200, "application/did+ld+json; charset=utf-8", document(ALICE, HANDLE, PDS)));
        web.put(RESOURCE, Answer.json(200, resource(PDS, AS)));
        web.put(SERVER, Answer.json(200, server(AS)));
    }

    static String document(Did did, Handle handle, String pds) {
        return "{\"@context\":[\"https://www.w3.org/ns/did/v1\"],\"id\":\"" + did + "\",\"alsoKnownAs\":[\"at://"
                + handle
                + "\"],\"verificationMethod\":[{\"id\":\"" + did + "#atproto\",\"type\":\"Multikey\",\"controller\":\""
                + did
                + "\",\"publicKeyMultibase\":\"zQ3shXjHeiBuRCKmM36cuYnm7YEMzhGnCmCyW92sRJ9pribSF\"}],"
                + "\"service\":[{\"id\":\"#atproto_pds\",\"type\":\"AtprotoPersonalDataServer\",\"serviceEndpoint\":\""
                + pds
                + "\"}]}";
    }

    static String resource(String pds, String issuer) {
        return "{\"resource\":\"" + pds + "\",\"authorization_servers\":[\"" + issuer
                + "\"],\"scopes_supported\":[],\"bearer_methods_supported\":[\"header\"]}";
    }

    /** As the reference implementation answers, with what the profile does not demand left out. */
    static String server(String issuer) {
        return ("{'issuer':'" + issuer + "','authorization_endpoint':'" + issuer
                        + "/oauth/authorize','token_endpoint':'"
                        + issuer + "/oauth/token','pushed_authorization_request_endpoint':'" + issuer
                        + "/oauth/par','revocation_endpoint':'" + issuer + "/oauth/revoke','jwks_uri':'" + issuer
                        + "/oauth/jwks','response_types_supported':['code'],"
                        + "'grant_types_supported':['authorization_code','refresh_token'],"
                        + "'code_challenge_methods_supported':['S256'],"
                        + "'token_endpoint_auth_methods_supported':['none','private_key_jwt'],"
                        + "'token_endpoint_auth_signing_alg_values_supported':['RS256','ES256'],"
                        + "'scopes_supported':['atproto','transition:email'],"
                        + "'authorization_response_iss_parameter_supported':true,"
                        + "'require_pushed_authorization_requests':true,"
                        + "'dpop_signing_alg_values_supported':['RS256','ES256'],"
                        + "'require_request_uri_registration':true,"
                        + "'client_id_metadata_document_supported':true}")
                .replace('\'', '"');
    }

    void document(String json) {
        web.put(PLC + ALICE, Answer.json(200, json));
    }

    /** One look-up after the other, on the caller's thread, so that what was asked can be counted. */
    AtprotoIdentities.Builder identities() {
        return AtprotoIdentities.builder(transport)
                .txtRecords(this)
                .clock(clock)
                .executor(Runnable::run);
    }

    AtprotoServers.Builder servers() {
        return AtprotoServers.builder(transport).clock(clock);
    }

    /** The requests over HTTP, in the order in which they were sent. */
    List<String> requests() {
        return transport.requests().stream()
                .map(request -> request.method() + " " + request.uri())
                .collect(Collectors.toList());
    }

    /** Every request carries the policy, or a single look-up of a name leads round all checks. */
    boolean allRestrictedTo(AddressPolicy policy) {
        return transport.requests().stream().map(RecordedRequest::addressPolicy).allMatch(policy::equals);
    }

    @Override
    public List<String> lookup(String name) throws IOException {
        asked.add(name);
        if (dnsIsDown) {
            throw new IOException("no answer");
        }
        return dns.getOrDefault(name, List.of());
    }
}
