package dev.latchkey.auth.atproto;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.naming.Context;
import javax.naming.NameNotFoundException;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.NoInitialContextException;
import javax.naming.directory.Attribute;
import javax.naming.directory.InitialDirContext;

/** Asks through JNDI, whose names are more than names of hosts: only what is one gets there. */
final class JndiTxtRecords implements TxtRecords {

    private static final String FACTORY = "com.sun.jndi.dns.DnsContextFactory";
    // A second, and two more for the second attempt.
    private static final String FIRST_TIMEOUT_MILLIS = "1000";
    private static final String ATTEMPTS = "2";
    private static final int MAX_NAME = 253;
    private static final int MAX_RECORDS = 100;
    // No scheme, no slash, no backslash, no quote: to JNDI, "ldap://…" is a name as well.
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?" + "(\\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)+");

    private final String servers;

    private JndiTxtRecords(String servers) {
        this.servers = servers;
    }

    static JndiTxtRecords of(List<InetSocketAddress> servers) {
        return new JndiTxtRecords(
                servers.isEmpty()
                        ? "dns:"
                        : servers.stream().map(JndiTxtRecords::url).collect(Collectors.joining(" ")));
    }

    private static String url(InetSocketAddress server) {
        InetAddress address = server.getAddress();
        if (address == null) {
            throw new IllegalArgumentException("servers must have addresses; one has no address");
        }
        String host = address.getHostAddress();
        return "dns://" + (address instanceof Inet6Address ? "[" + host + "]" : host) + ":" + server.getPort();
    }

    @Override
    // The DNS provider gives texts: it follows no name elsewhere, and nothing is deserialized.
    @SuppressWarnings("BanJNDI")
    public List<String> lookup(String name) throws IOException {
        if (name.length() > MAX_NAME || !NAME.matcher(name).matches()) {
            throw new IOException("The name is none that could be in the DNS");
        }
        // The only type that JNDI takes.
        @SuppressWarnings("JdkObsolete")
        Hashtable<String, String> environment = new Hashtable<>();
        environment.put(Context.INITIAL_CONTEXT_FACTORY, FACTORY);
        environment.put(Context.PROVIDER_URL, servers);
        environment.put("com.sun.jndi.dns.timeout.initial", FIRST_TIMEOUT_MILLIS);
        environment.put("com.sun.jndi.dns.timeout.retries", ATTEMPTS);
        try {
            InitialDirContext context = new InitialDirContext(environment);
            try {
                Attribute records =
                        context.getAttributes(name, new String[] {"TXT"}).get("TXT");
                return records == null ? List.of() : texts(records);
            } finally {
                context.close();
            }
        } catch (NameNotFoundException e) {
            return List.of();
        } catch (NoInitialContextException e) {
            throw new IOException(
                    "This Java has no DNS provider (module jdk.naming.dns); bring TxtRecords of your own", e);
        } catch (NamingException e) {
            throw new IOException("No answer from the DNS about " + name, e);
        }
    }

    private static List<String> texts(Attribute records) throws NamingException {
        List<String> texts = new ArrayList<>();
        NamingEnumeration<?> values = records.getAll();
        while (values.hasMore() && texts.size() < MAX_RECORDS) {
            texts.add(together(String.valueOf(values.next())));
        }
        return texts;
    }

    /**
     * Puts the strings of a record together: JNDI separates them by a space, and quotes those that have spaces, quotes or
     * nothing in them.
     */
    static String together(String record) {
        StringBuilder text = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < record.length(); i++) {
            char c = record.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (quoted && c == '\\' && i + 1 < record.length()) {
                i++;
                text.append(record.charAt(i));
            } else if (quoted || c != ' ') {
                text.append(c);
            }
        }
        return text.toString();
    }
}
