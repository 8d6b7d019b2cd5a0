package dev.latchkey.benchmarks;

import com.microsoft.aad.msal4j.ClientCredentialFactory;
import com.microsoft.aad.msal4j.ConfidentialClientApplication;
import com.microsoft.aad.msal4j.HttpResponse;
import com.microsoft.aad.msal4j.IHttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/** The same users in MSAL4J's cache, put there as MSAL4J itself would write them. */
final class MsalUsers {

    static final String TENANT = "9f8e7d6c-0000-4000-8000-000000000000";
    static final String SCOPE = "https://graph.microsoft.com/Mail.Read";

    private static final String ENVIRONMENT = "login.windows.net";

    private MsalUsers() {}

    /** Makes an application with so many users; it works on the calling thread, which is the quickest that it can do. */
    static ConfidentialClientApplication signedIn(int users, Instant tokensExpire, IHttpClient http) throws Exception {
        ConfidentialClientApplication application = ConfidentialClientApplication.builder(
                        "app", ClientCredentialFactory.createFromSecret("s3cret"))
                .authority("https://login.microsoftonline.com/" + TENANT + "/")
                .instanceDiscovery(false)
                .executorService(new CallingThread())
                .httpClient(http)
                .build();
        application.tokenCache().deserialize(cache(users, tokensExpire));
        return application;
    }

    static IHttpClient noServer() {
        return request -> {
            HttpResponse response = new HttpResponse();
            response.statusCode(500);
            return response;
        };
    }

    static Set<String> scopes() {
        return Set.of(SCOPE);
    }

    static String cache(int users, Instant expires) {
        StringBuilder access = new StringBuilder();
        StringBuilder refresh = new StringBuilder();
        StringBuilder id = new StringBuilder();
        StringBuilder accounts = new StringBuilder();
        String cachedAt = Long.toString(Instant.now().getEpochSecond());
        for (int i = 0; i < users; i++) {
            String object = Users.subject(i);
            String home = object + "." + TENANT;
            String common = "{\"home_account_id\":\"" + home + "\",\"environment\":\"" + ENVIRONMENT + "\",";
            String credential = common + "\"client_id\":\"app\",\"secret\":\"";
            String comma = i == 0 ? "" : ",";
            access.append(comma)
                    .append(key(home, ENVIRONMENT, "accesstoken", "app", TENANT, SCOPE))
                    .append(credential)
                    .append(Users.token("access", i, Users.ACCESS_TOKEN))
                    .append("\",\"credential_type\":\"AccessToken\",\"realm\":\"" + TENANT + "\",\"target\":\"" + SCOPE)
                    .append("\",\"cached_at\":\"" + cachedAt + "\",\"expires_on\":\"" + expires.getEpochSecond())
                    .append("\",\"extended_expires_on\":\"" + expires.getEpochSecond() + "\"}");
            refresh.append(comma)
                    .append(key(home, ENVIRONMENT, "refreshtoken", "app", "", ""))
                    .append(credential)
                    .append(Users.token("refresh", i, Users.REFRESH_TOKEN))
                    .append("\",\"credential_type\":\"RefreshToken\"}");
            id.append(comma)
                    .append(key(home, ENVIRONMENT, "idtoken", "app", TENANT, ""))
                    .append(credential)
                    .append(idToken(i, object))
                    .append("\",\"credential_type\":\"IdToken\",\"realm\":\"" + TENANT + "\"}");
            accounts.append(comma)
                    .append(key(home, ENVIRONMENT, TENANT))
                    .append(common)
                    .append("\"realm\":\"" + TENANT + "\",\"local_account_id\":\"" + object)
                    .append("\",\"username\":\"user" + i + "@example.com\",\"authority_type\":\"MSSTS\"}");
        }
        return "{\"AccessToken\":{" + access + "},\"RefreshToken\":{" + refresh + "},\"IdToken\":{" + id
                + "},\"Account\":{" + accounts + "},\"AppMetadata\":{}}";
    }

    /** What a server answers to the first user's refresh. */
    static String answer() {
        return answer(0, 86_399);
    }

    /** What a server answers to any user. */
    static String answer(int user, int expiresIn) {
        String object = Users.subject(user);
        return "{\"token_type\":\"Bearer\",\"expires_in\":" + expiresIn + ",\"scope\":\"" + SCOPE
                + "\",\"access_token\":\""
                + Users.token("access", user, Users.ACCESS_TOKEN) + "\",\"refresh_token\":\""
                + Users.token("refresh", user, Users.REFRESH_TOKEN) + "\",\"id_token\":\"" + idToken(user, object)
                + "\",\"client_info\":\""
                + part("{\"uid\":\"" + object + "\",\"utid\":\"" + TENANT + "\"}") + "\"}";
    }

    private static String key(String... parts) {
        return "\"" + String.join("-", parts).toLowerCase(Locale.ROOT) + "\":";
    }

    /** Made to the length, since MSAL4J reads the claims. */
    private static String idToken(int user, String object) {
        String claims = "{\"sub\":\"" + object + "\",\"oid\":\"" + object + "\",\"tid\":\"" + TENANT
                + "\",\"preferred_username\":\"user" + user + "@example.com\"}";
        String start = part("{\"alg\":\"RS256\"}") + "." + part(claims) + ".";
        return start + "e".repeat(Users.ID_TOKEN - start.length());
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
