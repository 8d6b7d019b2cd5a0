package dev.latchkey.auth.server;

import dev.latchkey.auth.error.Remedy;
import dev.latchkey.auth.error.ServerError;

/** What the errors of the specifications ask of the caller. */
final class StandardErrors {

    private StandardErrors() {}

    static Remedy remedy(ServerError error, String grantType) {
        switch (error.code()) {
            case "interaction_required":
            case "login_required":
            case "consent_required":
            case "account_selection_required":
            case "expired_token":
                return Remedy.SIGN_IN;
            case "invalid_grant":
                // A wrong password is not mended by another sign-in page; a dead refresh token or code is.
                return grantType.equals("password") ? Remedy.STOP : Remedy.SIGN_IN;
            case "temporarily_unavailable":
            case "server_error":
            case "slow_down":
            case "authorization_pending":
                return Remedy.RETRY;
            case "access_denied":
                return Remedy.STOP;
            default:
                return byStatus(error.status());
        }
    }

    private static Remedy byStatus(int status) {
        return status == 408 || status == 429 || status >= 500 ? Remedy.RETRY : Remedy.FIX_CONFIGURATION;
    }
}
