package dev.latchkey.auth.server;

/** What a server does not do as its own metadata says. Each is asked for by name, where nothing better is left. */
public enum ServerQuirk {
    /**
     * The metadata names a {@code pushed_authorization_request_endpoint} that does not work for this client. Requests then go
     * through the browser as if it were not there, unless the server or the {@link SecurityProfile} requires that they are
     * pushed (RFC 9126 §5), which stays an error.
     */
    PUSHED_AUTHORIZATION_REQUESTS_UNUSABLE
}
