/**
 * Signed and encrypted JWTs for the client: keys, client assertions, DPoP, request objects and ID tokens.
 *
 * <p>JOSE is the work of Nimbus JOSE+JWT, which is behind the types of this module and in none of their signatures.
 */
module dev.latchkey.auth.jose {
    requires static transitive org.jspecify;
    requires transitive dev.latchkey.auth;
    requires com.nimbusds.jose.jwt;

    exports dev.latchkey.auth.jose;
}
