package dev.latchkey.it.atproto.lab;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/**
 * A world of hosts that have names and live on 127.0.0.1: {@link #at} tells where. Whatever they see goes into one log.
 *
 * <pre>{@code
 * LabAuthorizationServer server = lab.authorizationServer("as.test");
 * LabPds pds = lab.pds("pds.test", server);
 * LabAccount alice = lab.account("alice.test", pds);
 * }</pre>
 */
public final class Lab implements AutoCloseable {

    /** The name of the directory of {@code did:plc}. */
    public static final String DIRECTORY = "plc.test";

    private static final String ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

    private final LabLog log = new LabLog();
    private final LabTrust trust = new LabTrust();
    private final Map<String, LabHost> hosts = new ConcurrentHashMap<>();
    private final Map<String, LabAccount> accounts = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "atproto-lab");
        thread.setDaemon(true);
        return thread;
    });
    private final String own = Ids.random();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .sslContext(trust.client())
            .build();
    private final LabWorld world;
    private final LabDns dns = new LabDns(log);
    private final LabDirectory directory;

    private Lab(Clock clock) {
        this.world = new LabWorld(clock, new LabFetch(trust.client(), this::at, own));
        this.directory = new LabDirectory(host(DIRECTORY));
    }

    /** A world with a clock, a DNS server and a directory, and nothing else yet. */
    public static Lab start(Clock clock) {
        return new Lab(clock);
    }

    /** The host of a name, which is started if there is none. */
    public LabHost host(String name) {
        return hosts.computeIfAbsent(name, absent -> new LabHost(absent, trust, log, own, threads));
    }

    /** Starts an authorization server. */
    public LabAuthorizationServer authorizationServer(String name) {
        return new LabAuthorizationServer(host(name), world, this::account);
    }

    /** Starts a personal data server. */
    public LabPds pds(String name, LabAuthorizationServer issuer) {
        return new LabPds(host(name), issuer, world);
    }

    /** Opens an account with a {@code did:plc}, whose handle is in the DNS and at its own host. */
    public LabAccount account(String handle, LabPds pds) {
        LabAccount account = new LabAccount(handle, "did:plc:" + label(handle));
        accounts.put(handle, account);
        accounts.put(account.did(), account);
        directory.move(account, pds);
        dns.txt("_atproto." + handle, "did=" + account.did());
        host(handle).document("/.well-known/atproto-did", () -> Reply.text(account.did() + "\n"));
        return account;
    }

    /** Opens an account with a {@code did:web} of the handle's host. */
    public LabAccount webAccount(String handle, LabPds pds) {
        LabAccount account = new LabAccount(handle, "did:web:" + handle);
        accounts.put(handle, account);
        accounts.put(account.did(), account);
        pds.holds(account.did());
        dns.txt("_atproto." + handle, "did=" + account.did());
        host(handle).document("/.well-known/atproto-did", () -> Reply.text(account.did()));
        host(handle).document("/.well-known/did.json", LabDirectory.document(account, pds.origin()));
        return account;
    }

    /** An account is deleted: the directory says so, its handle leads nowhere, and its servers serve it no more. */
    public void delete(LabAccount account) {
        world.goneAccounts.add(account.did());
        directory.tombstone(account);
        dns.missing("_atproto." + account.handle());
        host(account.handle()).document("/.well-known/atproto-did", Reply::notFound);
    }

    private Optional<LabAccount> account(String handleOrDid) {
        return Optional.ofNullable(accounts.get(handleOrDid));
    }

    /** 24 letters that are the same for the same handle. */
    private static String label(String handle) {
        return Ids.sha256(handle)
                .chars()
                .limit(24)
                .mapToObj(each -> String.valueOf(ALPHABET.charAt(each % ALPHABET.length())))
                .collect(Collectors.joining());
    }

    /** One for all clients of a few lines: a host keeps 200 idle connections and drops the next. */
    HttpClient http() {
        return http;
    }

    /** Where an address really is. Nobody in this world leaves 127.0.0.1. */
    public URI at(URI named) {
        LabHost host = hosts.get(String.valueOf(named.getHost()));
        if (host == null || !"https".equals(named.getScheme()) || named.getPort() >= 0) {
            throw new IllegalArgumentException("there is no " + named.getScheme() + "://" + named.getRawAuthority());
        }
        String rest = named.getRawPath() + (named.getRawQuery() == null ? "" : "?" + named.getRawQuery());
        return URI.create("https://127.0.0.1:" + host.port() + rest);
    }

    /** The ports by the hosts' names, for another process. */
    public Map<String, Integer> ports() {
        return hosts.values().stream().collect(Collectors.toMap(LabHost::name, LabHost::port));
    }

    /** Its DNS server. */
    public LabDns dns() {
        return dns;
    }

    /** Its directory of {@code did:plc}. */
    public LabDirectory directory() {
        return directory;
    }

    /** Its certificate authority. */
    public LabTrust trust() {
        return trust;
    }

    /** All that was seen. */
    public LabLog log() {
        return log;
    }

    @Override
    public void close() {
        dns.stop();
        hosts.values().forEach(LabHost::stop);
        threads.shutdownNow();
    }
}
