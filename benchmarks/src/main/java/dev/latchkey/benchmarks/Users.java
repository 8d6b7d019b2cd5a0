package dev.latchkey.benchmarks;

import dev.latchkey.auth.OAuthClient;
import dev.latchkey.auth.OAuthClientBuilder;
import dev.latchkey.auth.credential.ClientAuthentication;
import dev.latchkey.auth.credential.ClientId;
import dev.latchkey.auth.credential.ClientSecret;
import dev.latchkey.auth.grant.Password;
import dev.latchkey.auth.grant.PasswordGrant;
import dev.latchkey.auth.identity.Account;
import dev.latchkey.auth.identity.AccountNaming;
import dev.latchkey.auth.metadata.AuthorizationServerMetadata;
import dev.latchkey.auth.server.AuthorizationServer;
import dev.latchkey.auth.server.SecurityProfile;
import dev.latchkey.auth.spi.HttpTransport;
import dev.latchkey.auth.spi.TokenStore;
import dev.latchkey.auth.spi.TransportHeaders;
import dev.latchkey.auth.spi.TransportResponse;
import dev.latchkey.auth.token.Scopes;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Any number of users who have signed in, with tokens as long as Entra's: every user's are others. */
final class Users {

    static final Scopes SCOPES = Scopes.of("https://graph.microsoft.com/Mail.Read");
    static final int ACCESS_TOKEN = 1_500;
    static final int REFRESH_TOKEN = 1_200;
    static final int ID_TOKEN = 1_100;

    private static final String ISSUER = "https://localhost";

    private Users() {}

    /** Gives a text of a length that no other user has. */
    static String token(String kind, int user, int length) {
        String start = kind + '.' + user + '.';
        return start + "e".repeat(length - start.length());
    }

    /** Gives a user's name, as long as an object ID, without order from one user to the next. */
    static String subject(int user) {
        long mixed = (user + 1) * 0x9E3779B97F4A7C15L;
        return String.format("%08x-%04x-4000-8000-%012x", mixed >>> 32, (mixed >>> 16) & 0xffff, user);
    }

    static String[] subjects(int users) {
        String[] subjects = new String[users];
        for (int i = 0; i < users; i++) {
            subjects[i] = subject(i);
        }
        return subjects;
    }

    static Account account(String subject) {
        return Account.of(ISSUER, subject);
    }

    /** Makes a server in memory, each of whose answers is another user's. */
    static HttpTransport server(AtomicInteger answers) {
        return request -> {
            int user = answers.getAndIncrement();
            byte[] answer = ("{\"token_type\":\"Bearer\",\"expires_in\":86399,\"access_token\":\""
                            + token("access", user, ACCESS_TOKEN)
                            + "\",\"refresh_token\":\""
                            + token("refresh", user, REFRESH_TOKEN)
                            + "\",\"id_token\":\""
                            + token("id", user, ID_TOKEN)
                            + "\"}")
                    .getBytes(StandardCharsets.US_ASCII);
            return TransportResponse.of(
                    200,
                    TransportHeaders.builder()
                            .add("Content-Type", "application/json")
                            .add("Content-Length", Integer.toString(answer.length))
                            .build(),
                    new ByteArrayInputStream(answer),
                    () -> {});
        };
    }

    /** Begins a client whose flights run on the calling thread. */
    static OAuthClientBuilder builder(HttpTransport transport, TokenStore store) {
        return OAuthClient.builder(transport)
                .server(AuthorizationServer.of(AuthorizationServerMetadata.builder(ISSUER)
                        .tokenEndpoint(URI.create(ISSUER + "/token"))
                        .build()))
                .client(ClientId.of("app"), ClientAuthentication.secretPost(ClientSecret.of("s3cret")))
                .security(SecurityProfile.LENIENT)
                .store(store)
                .executor(new CallingThread());
    }

    // The shortest way to an account; what is measured comes after it.
    @SuppressWarnings("deprecation")
    static void signIn(OAuthClient client, String subject) {
        client.password(PasswordGrant.of(subject, Password.of("p4ssword"), SCOPES), AccountNaming.subject(subject));
    }

    /** Makes a client with the tokens of so many users at hand, and of each a token once used. */
    static OAuthClient signedIn(String[] subjects) {
        return signedIn(subjects, new LastRecord());
    }

    static OAuthClient signedIn(String[] subjects, TokenStore store) {
        return signedIn(subjects, store, null);
    }

    static OAuthClient signedIn(String[] subjects, TokenStore store, @Nullable Clock clock) {
        OAuthClientBuilder builder = builder(server(new AtomicInteger()), store);
        if (clock != null) {
            builder.clock(clock);
        }
        OAuthClient client = builder.sessionsInMemory(subjects.length)
                // Else the first to be signed in are looked up again before the last is.
                .staleness(Duration.ofHours(12))
                .build();
        for (String subject : subjects) {
            signIn(client, subject);
            client.tokens(account(subject), SCOPES).token();
        }
        return client;
    }
}
