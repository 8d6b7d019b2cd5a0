package dev.latchkey.it.atproto.pds;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import dev.latchkey.auth.atproto.ClientKeys;
import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.jose.SigningKey;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.it.Transport;
import dev.latchkey.it.atproto.LabTransport;
import dev.latchkey.it.atproto.lab.Lab;
import dev.latchkey.it.atproto.lab.LabClock;
import dev.latchkey.it.atproto.lab.LabHost;
import dev.latchkey.it.atproto.lab.LabLog;
import dev.latchkey.it.atproto.lab.Reply;
import dev.latchkey.it.browser.Browser;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A real server with people, a host for an application, {@link #HOST}, and a browser; all but the server from the laboratory. */
final class PdsWorld implements AutoCloseable {

    /** Servers refuse clients of the names that are for examples and tests; this one is nobody's either. */
    static final String HOST = "app.latchkey.internal";

    static final URI CALLBACK = URI.create("https://" + HOST + "/callback");

    final ReferencePds pds;
    final Browser browser;
    final String key = key();
    final ClientKeys keys = ClientKeys.of(SigningKey.jwk(key).build());
    final List<Person> people = new ArrayList<>();
    private final LabClock clock = new LabClock();
    private final Lab lab = Lab.start(clock);
    private final LabHost host = lab.host(HOST);
    private Duration ahead = Duration.ZERO;
    private final BlockingQueue<AuthorizationCallback> callbacks = new LinkedBlockingQueue<>();

    PdsWorld(Path folder) {
        pds = ReferencePds.start(folder, Map.of(HOST, host.port()), lab.trust().encoded());
        browser = Browser.headless(lab.trust().publicKeyPin(), "MAP " + HOST + " 127.0.0.1:" + host.port());
        host.script(CALLBACK.getPath(), call -> {
            Map<String, String[]> parameters = new LinkedHashMap<>();
            call.query().forEach((name, values) -> parameters.put(name, values.toArray(new String[0])));
            callbacks.add(AuthorizationCallback.of(parameters));
            return Reply.text("Signed in. You may close this window.");
        });
    }

    private static String key() {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID("world").generate().toString();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    Person person(String handle) {
        return known(Person.at(pds, handle));
    }

    /** Somebody who is nobody in particular, and new. */
    Person someone() {
        return person("someone-" + people.size() + ".test");
    }

    /** Somebody whose DID is a {@code did:web}. */
    Person webPerson(String handle) {
        return known(Person.ofWeb(pds, handle));
    }

    private Person known(Person person) {
        people.add(person);
        lab.dns().txt("_atproto." + person.handle(), "did=" + person.did());
        return person;
    }

    /** The clock of the servers, for applications that are to share their time. */
    Clock clock() {
        return clock;
    }

    /** How far it is ahead of the true time. */
    Duration ahead() {
        return ahead;
    }

    /** Makes it later for the servers and for all who have their clock. */
    void later(Duration time) {
        pds.later(time);
        ahead = ahead.plus(time);
        clock.ahead(ahead);
    }

    /** Address and port of a DNS server that knows the people's handles. */
    String dns() {
        return "127.0.0.1:" + lab.dns().port();
    }

    /** Lets an application at a port of this machine be found at {@link #HOST}. */
    void forward(int port) {
        Forwarding proxy = new Forwarding(port);
        Forwarding.PATHS.forEach(path -> host.script(path, proxy::reply));
    }

    /** The same, where the library asks it. */
    InetSocketAddress dnsServer() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), lab.dns().port());
    }

    /** What that server knows, without asking it. */
    List<String> txt(String name) {
        return people.stream()
                .filter(each -> name.equals("_atproto." + each.handle()))
                .map(each -> "did=" + each.did())
                .collect(Collectors.toList());
    }

    /** A transport that finds the servers, and nobody else: names that it does not know are nobody's. */
    Wire wire(Transport kind) {
        return wire(kind, name -> null);
    }

    /** The same, which finds the hosts of handles as well. */
    Wire wireToHandles(Transport kind) {
        return wire(kind, lab.ports()::get);
    }

    private Wire wire(Transport kind, Function<String, @Nullable Integer> names) {
        HttpTransport transport = kind.trusting(lab.trust().client());
        return new Wire(new LabTransport(transport, names));
    }

    /** Has a host of the handle's name say whose it is. */
    void serveHandle(Person person) {
        lab.host(person.handle()).document("/.well-known/atproto-did", () -> Reply.text(person.did()));
    }

    /** How often the DNS server and the hosts of handles were asked. */
    LabLog seen() {
        return lab.log();
    }

    /** Serves a document at the application's host. */
    void serve(String path, String mediaType, byte[] document) {
        host.script(path, Reply.of(200, mediaType, document));
    }

    /** Waits for the browser to come back to the application. */
    AuthorizationCallback callback() {
        try {
            AuthorizationCallback callback = callbacks.poll(30, TimeUnit.SECONDS);
            if (callback == null) {
                throw new AssertionError("the browser did not come back; it shows:\n" + browser.text());
            }
            return callback;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the callback", e);
        }
    }

    @Override
    public void close() {
        browser.close();
        pds.close();
        lab.close();
    }
}
