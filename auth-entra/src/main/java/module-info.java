/**
 * The Microsoft identity platform, as a profile of the client.
 *
 * <p>The entry point is {@link dev.latchkey.auth.entra.Entra}.
 */
module dev.latchkey.auth.entra {
    requires static transitive org.jspecify;
    requires transitive dev.latchkey.auth;

    exports dev.latchkey.auth.entra;
}
