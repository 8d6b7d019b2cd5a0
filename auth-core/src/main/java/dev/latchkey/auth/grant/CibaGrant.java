package dev.latchkey.auth.grant;

import java.util.Objects;

/** An authentication behind the scenes whose user may have agreed by now (CIBA Core §10.1). Immutable. */
public final class CibaGrant implements Grant {

    private final AuthReqId authReqId;

    private CibaGrant(AuthReqId authReqId) {
        this.authReqId = Objects.requireNonNull(authReqId, "authReqId");
    }

    /**
     * Makes the grant.
     *
     * @param authReqId which authentication
     * @return the grant
     */
    public static CibaGrant of(AuthReqId authReqId) {
        return new CibaGrant(authReqId);
    }

    @Override
    public String grantType() {
        return "urn:openid:params:grant-type:ciba";
    }

    @Override
    public Parameters parameters() {
        return Parameters.of("auth_req_id", authReqId.reveal());
    }

    @Override
    public String toString() {
        return "CibaGrant[" + authReqId + "]";
    }
}
