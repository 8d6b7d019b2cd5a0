package dev.latchkey.cli;

import dev.latchkey.auth.identity.Account;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * A login that is kept: who, at which server, and the options that reach it. The tokens are not in it, but in the session that
 * the library keeps beside it. Immutable.
 */
final class Login {

    private static final String ISSUER = "account.issuer";
    private static final String SUBJECT = "account.subject";
    private static final String TENANT = "account.tenant";
    private static final String USERNAME = "account.username";
    private static final String SESSION = "account.session";
    private static final String SINCE = "since";

    private final String profile;
    private final Account account;
    private final Instant since;
    private final Map<String, String> options;

    /**
     * @param options the server's and the client's, by their names without dashes
     */
    Login(String profile, Account account, Instant since, Map<String, String> options) {
        this.profile = profile;
        this.account = account;
        this.since = since;
        this.options = Map.copyOf(options);
    }

    String profile() {
        return profile;
    }

    Account account() {
        return account;
    }

    Instant since() {
        return since;
    }

    Map<String, String> options() {
        return options;
    }

    /** Who it is, for people. */
    String name() {
        return Terminal.clean(account.username().orElseGet(account::subject));
    }

    /** Who it is and where, for people. */
    String described() {
        return name() + " at " + Terminal.clean(account.issuer());
    }

    byte[] encode() {
        Properties members = new Properties();
        new TreeMap<>(options).forEach((name, value) -> members.setProperty("option." + name, value));
        members.setProperty(ISSUER, account.issuer());
        members.setProperty(SUBJECT, account.subject());
        account.tenant().ifPresent(tenant -> members.setProperty(TENANT, tenant));
        account.username().ifPresent(username -> members.setProperty(USERNAME, username));
        members.setProperty(SESSION, account.session());
        members.setProperty(SINCE, since.toString());
        StringWriter out = new StringWriter();
        try {
            members.store(out, null);
        } catch (IOException e) {
            throw new IllegalStateException("Writing to memory does not fail", e);
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads what {@link #encode} wrote; nothing if it is something else, such as a newer release's. */
    static Optional<Login> decode(String profile, byte[] content) {
        Properties members = new Properties();
        try {
            members.load(new StringReader(new String(content, StandardCharsets.UTF_8)));
            Account account = Account.of(members.getProperty(ISSUER, ""), members.getProperty(SUBJECT, ""))
                    .withSession(members.getProperty(SESSION, ""));
            String tenant = members.getProperty(TENANT);
            String username = members.getProperty(USERNAME);
            account = tenant == null ? account : account.withTenant(tenant);
            account = username == null ? account : account.withUsername(username);
            Map<String, String> options = new TreeMap<>();
            for (String name : members.stringPropertyNames()) {
                if (name.startsWith("option.")) {
                    options.put(name.substring("option.".length()), members.getProperty(name));
                }
            }
            return Optional.of(new Login(profile, account, Instant.parse(members.getProperty(SINCE, "")), options));
        } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
