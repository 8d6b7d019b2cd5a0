package dev.latchkey.platform.token;

import com.google.gson.JsonObject;
import dev.latchkey.platform.directory.Client;
import dev.latchkey.platform.directory.GrantType;
import dev.latchkey.platform.directory.RefreshTokenPolicy;
import dev.latchkey.platform.directory.Tenant;
import dev.latchkey.platform.directory.User;
import dev.latchkey.platform.exchange.Parameters;
import dev.latchkey.platform.exchange.ReceivedRequest;
import dev.latchkey.platform.exchange.Response;
import java.util.Locale;
import java.util.Optional;

/** The token endpoint, the device authorization endpoint and the revocation endpoint. */
public final class TokenEndpoint {
    private final Realm realm;
    private final ErrorBodies errors;
    private final ClientAuthenticator clients;
    private final AccessTokens accessTokens;
    private final RefreshTokens refreshTokens;
    private final AuthorizationCodes codes;
    private final DeviceCodes devices;
    private final TokenResponses responses;

    /**
     * The endpoints of a realm.
     *
     * @param realm who is registered
     * @param key signs ID tokens
     * @param accessTokens issues access tokens
     */
    public TokenEndpoint(Realm realm, SigningKey key, AccessTokens accessTokens) {
        this.realm = realm;
        this.errors = new ErrorBodies(realm);
        this.clients = new ClientAuthenticator(realm);
        this.accessTokens = accessTokens;
        this.refreshTokens = new RefreshTokens(realm, accessTokens);
        this.codes = new AuthorizationCodes(realm, refreshTokens);
        this.devices = new DeviceCodes(realm);
        this.responses = new TokenResponses(realm, key, accessTokens);
    }

    /**
     * Where authorization codes come from.
     *
     * @return the codes
     */
    public AuthorizationCodes codes() {
        return codes;
    }

    /**
     * Where device codes come from.
     *
     * @return the codes
     */
    public DeviceCodes devices() {
        return devices;
    }

    /**
     * Answers a token request.
     *
     * @param request the request
     * @param authority where it came to
     * @return the response
     */
    public Response token(ReceivedRequest request, Authority authority) {
        return answer(
                request,
                authority,
                () -> Response.json(200, grant(request, authority).toString()));
    }

    /**
     * Answers a device authorization request.
     *
     * @param request the request
     * @param authority where it came to
     * @return the response
     */
    public Response deviceAuthorization(ReceivedRequest request, Authority authority) {
        return answer(request, authority, () -> {
            Client client = clients.authenticate(request);
            require(client, GrantType.DEVICE_CODE);
            ScopeSet scopes = ScopeSet.parse(request.form().get("scope")).checkedFor(client);
            Claims claims = Claims.parse(request.form().get("claims"));
            String code = devices.issue(client, authority, scopes, claims);
            return Response.json(200, deviceBody(code, authority).toString());
        });
    }

    /**
     * Answers a revocation request (RFC 7009): 200 for any token that is the client's, or unknown.
     *
     * @param request the request
     * @return the response
     */
    public Response revoke(ReceivedRequest request) {
        return answer(request, Authority.GENERIC, () -> {
            Client client = clients.authenticate(request);
            String token = required(request.form(), "token");
            Optional<Delegation> refresh = refreshTokens.find(token);
            if (refresh.isPresent()) {
                if (refresh.get().client().id().equals(client.id())) {
                    refreshTokens.revokeFamily(refresh.get().family());
                }
                return Response.of(200);
            }
            accessTokens
                    .read(token)
                    .filter(claims -> AccessTokens.text(claims, "client_id").equals(client.id()))
                    .ifPresent(claims -> accessTokens.revoke(claims.getJWTID()));
            return Response.of(200);
        });
    }

    private Response answer(
            ReceivedRequest request, Authority authority, java.util.function.Supplier<Response> action) {
        try {
            if (!request.method().equals("POST")) {
                return Response.of(405).header("Allow", "POST");
            }
            if (request.body().length > 0 && request.form().toMap().isEmpty()) {
                throw new ProtocolException("invalid_request", 900144, "The body is not form-encoded.");
            }
            request.form().repeated().ifPresent(name -> {
                throw new ProtocolException("invalid_request", 90015, "The parameter '" + name + "' is repeated.");
            });
            return action.get();
        } catch (ProtocolException e) {
            return errors.write(e, authority, request);
        }
    }

    private JsonObject grant(ReceivedRequest request, Authority authority) {
        Parameters form = request.form();
        String name = required(form, "grant_type");
        GrantType type = GrantType.of(name)
                .orElseThrow(() -> new ProtocolException(
                        "unsupported_grant_type", 70003, "The grant type '" + name + "' is not supported."));
        Client client = clients.authenticate(request);
        require(client, type);
        switch (type) {
            case AUTHORIZATION_CODE:
                return issue(
                        codes.redeem(
                                required(form, "code"),
                                client,
                                authority,
                                form.get("redirect_uri"),
                                form.get("code_verifier")),
                        form);
            case REFRESH_TOKEN:
                return refresh(form, client, authority);
            case PASSWORD:
                return issue(password(form, client, authority), form);
            case DEVICE_CODE:
                return issue(devices.poll(required(form, "device_code"), client, authority), form);
            default:
                return appToken(form, client, authority);
        }
    }

    private JsonObject appToken(Parameters form, Client client, Authority authority) {
        if (authority.isMicrosoft() && authority.tenant().isEmpty()) {
            throw new ProtocolException(
                    "invalid_request", 50059, "No tenant-identifying information found in the request.");
        }
        ScopeSet scopes = ScopeSet.parse(form.get("scope")).checkedFor(client);
        if (authority.isMicrosoft() && !scopes.toString().endsWith("/.default")) {
            throw new ProtocolException(
                    "invalid_scope",
                    1002012,
                    "The provided value for scope is not valid. Client credential flows must have a scope value with"
                            + " /.default suffixed to the resource identifier.");
        }
        IssuedToken token = accessTokens.forApp(authority, client, scopes, audience(form, scopes));
        return responses.forApp(token, authority, scopes);
    }

    private JsonObject refresh(Parameters form, Client client, Authority authority) {
        String presented = required(form, "refresh_token");
        ScopeSet asked = ScopeSet.parse(form.get("scope")).checkedFor(client);
        Delegation held = refreshTokens
                .find(presented)
                .orElseThrow(() -> new ProtocolException(
                        "invalid_grant", 9002313, "bad_token", "The refresh token is not known."));
        if (!authority.isMicrosoft() && !held.scopes().containsAll(asked)) {
            throw new ProtocolException("invalid_scope", 70011, "The scope is wider than what the user granted.");
        }
        if (authority.isMicrosoft() != held.authority().isMicrosoft()) {
            throw new ProtocolException("invalid_grant", 700005, "The token was issued by another authority.");
        }
        Delegation delegation = refreshTokens.redeem(presented, client);
        ScopeSet scopes = asked.isEmpty() ? delegation.scopes() : asked;
        Optional<String> next = realm.rules().refreshTokens() == RefreshTokenPolicy.KEEP
                ? Optional.empty()
                : Optional.of(refreshTokens.issue(delegation));
        Delegation now = delegation.refreshed(scopes, Claims.parse(form.get("claims")));
        return responses.forUser(
                now, audience(form, scopes), next, form.get("client_info").equals("1"));
    }

    private Delegation password(Parameters form, Client client, Authority authority) {
        if (authority.segment().equals("common")
                || authority.tenant().filter(Tenant.CONSUMERS::equals).isPresent()) {
            throw new ProtocolException(
                    "invalid_request",
                    9001023,
                    "The grant type is not supported over the /common or /consumers endpoints. Please use the"
                            + " /organizations or tenant-specific endpoint.");
        }
        User user = signIn(required(form, "username"), required(form, "password"), authority);
        return new Delegation(
                realm.guid(),
                authority,
                client,
                user,
                realm.tenantOf(user),
                ScopeSet.parse(form.get("scope")).checkedFor(client),
                realm.now(),
                null,
                Claims.parse(form.get("claims")));
    }

    /**
     * Checks a name and a password.
     *
     * @param username the name
     * @param password the password
     * @param authority where the user signs in
     * @return the user
     * @throws ProtocolException if they do not fit, or the user belongs elsewhere
     */
    public User signIn(String username, String password, Authority authority) {
        User user = realm.user(username)
                .filter(found -> authority.admits(realm.tenantOf(found)))
                .orElseThrow(() -> new ProtocolException(
                        "invalid_grant", 50034, "The user account does not exist in the directory."));
        if (!user.hasPassword(password)) {
            throw new ProtocolException(
                    "invalid_grant", 50126, "Error validating credentials due to invalid username or password.");
        }
        return user;
    }

    private JsonObject issue(Delegation delegation, Parameters form) {
        Client client = delegation.client();
        boolean wantsRefresh =
                !client.requiresOfflineAccess() || delegation.scopes().contains("offline_access");
        Optional<String> refreshToken = wantsRefresh && client.allows(GrantType.REFRESH_TOKEN)
                ? Optional.of(refreshTokens.issue(delegation))
                : Optional.empty();
        return responses.forUser(
                delegation,
                audience(form, delegation.scopes()),
                refreshToken,
                form.get("client_info").equals("1"));
    }

    private JsonObject deviceBody(String deviceCode, Authority authority) {
        String userCode = devices.userCode(deviceCode);
        String page = realm.base() + "/device";
        JsonObject body = new JsonObject();
        body.addProperty("device_code", deviceCode);
        body.addProperty("user_code", userCode);
        body.addProperty("verification_uri", page);
        body.addProperty("expires_in", realm.rules().deviceCodeLifetime().toSeconds());
        if (!realm.rules().devicePollInterval().isZero()) {
            body.addProperty("interval", realm.rules().devicePollInterval().toSeconds());
        }
        if (authority.isMicrosoft()) {
            body.addProperty(
                    "message",
                    String.format(
                            Locale.ROOT,
                            "To sign in, use a web browser to open the page %s and enter the code %s to authenticate.",
                            page,
                            userCode));
        } else {
            body.addProperty("verification_uri_complete", page + "?user_code=" + userCode);
        }
        return body;
    }

    private static String audience(Parameters form, ScopeSet scopes) {
        return form.first("resource").orElseGet(scopes::resource);
    }

    private static void require(Client client, GrantType type) {
        if (!client.allows(type)) {
            throw new ProtocolException(
                    "unauthorized_client", 700011, "The client may not use the grant '" + type.value() + "'.");
        }
    }

    private static String required(Parameters form, String name) {
        return form.first(name)
                .orElseThrow(() -> new ProtocolException(
                        "invalid_request", 900144, "The request body must contain the parameter '" + name + "'."));
    }
}
