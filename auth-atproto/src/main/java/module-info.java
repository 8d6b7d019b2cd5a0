/** The OAuth profile of the AT Protocol as a client: from a handle to authorised calls. */
module dev.latchkey.auth.atproto {
    requires static transitive org.jspecify;
    requires transitive dev.latchkey.auth;
    requires transitive dev.latchkey.auth.jose;
    requires java.naming;

    exports dev.latchkey.auth.atproto;
}
