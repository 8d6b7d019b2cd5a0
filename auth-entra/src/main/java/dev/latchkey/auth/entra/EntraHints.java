package dev.latchkey.auth.entra;

import java.util.Optional;

/**
 * What the commonest AADSTS numbers mean, for people who read an exception's message. Nothing is decided by them: Microsoft
 * changes numbers without notice, and says so (entra-docs, {@code reference-error-codes.md}).
 */
final class EntraHints {

    private EntraHints() {}

    static Optional<String> of(int code) {
        return Optional.of(text(code)).filter(text -> !text.isEmpty());
    }

    private static String text(int code) {
        switch (code) {
            case 7000215:
                return "the client secret is wrong; the portal shows the secret's id beside its value";
            case 7000222:
                return "the client secret has expired; make a new one in the app registration";
            case 7000218:
                return "the app is registered as confidential: send a secret or assertion, or allow public client"
                        + " flows";
            case 700025:
                return "the app is registered as public and must send no secret";
            case 700016:
            case 700011:
                return "no such application in this tenant: check the client id, the tenant and the cloud";
            case 7000112:
                return "the application is disabled in this tenant";
            case 90002:
                return "no such tenant: check its name and the cloud";
            case 50194:
                return "the app is registered for a single tenant: use Entra.tenant(…)";
            case 50011:
                return "the redirect URI is not registered for this app, letter for letter";
            case 70011:
            case 28002:
            case 28003:
                return "a scope is not known, or cannot be asked for together with the others";
            case 500011:
            case 650057:
                return "the resource is not known in this tenant, or not among the app's API permissions";
            case 65001:
                return "nobody has consented to these permissions";
            case 90094:
                return "an administrator must consent to these permissions";
            case 65004:
                return "the user declined to consent";
            case 50105:
                return "the user is not assigned to the application, which an administrator does";
            case 50126:
                return "the user name or the password is wrong";
            case 50034:
                return "no such user in this tenant";
            case 50053:
                return "the account is locked, or the address blocked, after failed sign-ins";
            case 50055:
                return "the user's password has expired";
            case 50057:
                return "the user's account is disabled";
            case 50076:
            case 50079:
                return "multi-factor authentication is required";
            case 50078:
                return "the multi-factor authentication has expired";
            case 53000:
            case 53001:
                return "the device does not meet the tenant's policy";
            case 53003:
                return "Conditional Access blocks this sign-in";
            case 50173:
                return "the session was revoked, by a changed password for one";
            case 70008:
            case 700082:
                return "the refresh token has expired for want of use";
            case 700084:
                return "the refresh token of a single-page app has expired, which it does after a day";
            case 54005:
                return "the authorization code was redeemed before";
            case 501481:
                return "the PKCE code verifier is not that of the authorization request";
            case 700027:
            case 700024:
                return "the client assertion was refused: check the certificate and this machine's clock";
            case 50196:
                return "the app asks for the same token again and again: keep its tokens";
            case 70018:
                return "the user code is wrong";
            case 70019:
                return "the device code has expired";
            default:
                return "";
        }
    }
}
