package dev.latchkey.examples.atproto;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the command line says. */
final class Options {

    static final String USAGE = "Usage: java -jar latchkey-examples.jar [OPTION]...\n"
            + "  --port PORT         listen at http://127.0.0.1:PORT/; 8080 if it is not given, any that is free if it is 0\n"
            + "  --store DIRECTORY   keep sessions there, for the next start too; else they are kept in memory. They are\n"
            + "                      encrypted if LATCHKEY_STORE_KEY is set (openssl rand -base64 32)\n"
            + "  --url URL           the https address at which a proxy serves this to the world\n"
            + "  --key FILE          with --url: the client's private key (P-256, PEM), which makes it a confidential client\n"
            + "For development alone:\n"
            + "  --dangerously-allow-http   servers of accounts may be at http://localhost\n"
            + "  --plc-directory URL        another directory than https://plc.directory\n"
            + "  --handle-service URL       a server that finds handles, instead of the DNS and their hosts\n"
            + "  --dns ADDRESS:PORT         another DNS server than the system's";

    int port = 8080;
    boolean httpAllowed;
    boolean helpAsked;

    @Nullable
    Path store;

    @Nullable
    URI url;

    @Nullable
    Path key;

    @Nullable
    URI plcDirectory;

    @Nullable
    URI handleService;

    @Nullable
    InetSocketAddress dns;

    private Options() {}

    /** Reads the command line; an {@link IllegalArgumentException} says what is wrong with it. */
    static Options parse(String... arguments) {
        Options options = new Options();
        Iterator<String> words = Arrays.asList(arguments).iterator();
        while (words.hasNext()) {
            String name = words.next();
            if (name.equals("--dangerously-allow-http")) {
                options.httpAllowed = true;
                continue;
            }
            if (name.equals("--help")) {
                options.helpAsked = true;
                continue;
            }
            if (!words.hasNext()) {
                throw new IllegalArgumentException(name + " lacks its value");
            }
            options.take(name, words.next());
        }
        if (options.key != null && options.url == null) {
            throw new IllegalArgumentException("--key goes with --url: the public key is read at that address");
        }
        return options;
    }

    private void take(String name, String value) {
        switch (name) {
            case "--port":
                port = number(name, value);
                break;
            case "--store":
                store = Path.of(value);
                break;
            case "--url":
                url = origin(name, value, "https");
                break;
            case "--key":
                key = Path.of(value);
                break;
            case "--plc-directory":
                plcDirectory = origin(name, value, "https?");
                break;
            case "--handle-service":
                handleService = origin(name, value, "https?");
                break;
            case "--dns":
                dns = address(name, value);
                break;
            default:
                throw new IllegalArgumentException("there is no option " + name);
        }
    }

    private static int number(String name, String value) {
        if (!value.matches("[0-9]{1,5}") || Integer.parseInt(value) > 65_535) {
            throw new IllegalArgumentException(name + " must be a port, from 0 to 65535");
        }
        return Integer.parseInt(value);
    }

    private static URI origin(String name, String value, String scheme) {
        if (!value.matches(scheme + "://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?")) {
            throw new IllegalArgumentException(
                    name + " must be an address without a path, such as https://app.example.com");
        }
        return URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
    }

    private static InetSocketAddress address(String name, String value) {
        int colon = value.lastIndexOf(':');
        String host = value.substring(0, Math.max(colon, 0));
        if (!host.matches("[0-9.]+")) {
            throw new IllegalArgumentException(name + " must be an address and a port, such as 127.0.0.1:53");
        }
        try {
            return new InetSocketAddress(InetAddress.getByName(host), number(name, value.substring(colon + 1)));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(name + " must begin with an address", e);
        }
    }

    /** Where the world finds the application; nothing if that is this machine alone. */
    Optional<URI> publicAddress() {
        return Optional.ofNullable(url);
    }
}
