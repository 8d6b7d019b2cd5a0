package dev.latchkey.it.atproto.pds;

import dev.latchkey.auth.authorize.AuthorizationCallback;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.it.Transport;
import dev.latchkey.it.atproto.LabTransport;
import dev.latchkey.it.atproto.lab.Lab;
import dev.latchkey.it.atproto.lab.LabClock;
import dev.latchkey.it.atproto.lab.LabHost;
import dev.latchkey.it.atproto.lab.Reply;
import dev.latchkey.it.browser.Browser;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A real server with people, a host for an application, {@link #HOST}, and a browser; all but the server from the laboratory. */
final class PdsWorld implements AutoCloseable {

    /** Servers refuse clients of the names that are for examples and tests; this one is nobody's either. */
    static final String HOST = "app.latchkey.internal";

    static final URI CALLBACK = URI.create("https://" + HOST + "/callback");

    final ReferencePds pds;
    final Browser browser;
    final List<Person> people = new ArrayList<>();
    private final Lab lab = Lab.start(new LabClock());
    private final LabHost host = lab.host(HOST);
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

    Person person(String handle) {
        Person person = new Person(pds, handle);
        people.add(person);
        lab.dns().txt("_atproto." + handle, "did=" + person.did());
        return person;
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

    /** A transport that finds the server, and nobody else: names that it does not know are nobody's. */
    Wire wire(Transport kind) {
        HttpTransport transport = kind.trusting(lab.trust().client());
        return new Wire(new LabTransport(transport, name -> null));
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
