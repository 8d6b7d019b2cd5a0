package dev.latchkey.platform.fault;

/** The script of a platform's misbehaviour. Safe for use by several threads. */
public interface Faults {
    /**
     * Plays faults on the next requests to a path, one each, after those already scripted for it.
     *
     * @param path a whole path, or its end: {@code /token} also stands for {@code /contoso.example/oauth2/v2.0/token}
     * @param faults what happens to each; {@link Fault#none()} lets one pass
     */
    void next(String path, Fault... faults);

    /**
     * Plays a fault on every request to a path for which nothing else is scripted.
     *
     * @param path a whole path, or its end
     * @param fault what happens to each
     */
    void always(String path, Fault fault);

    /**
     * Resets the next connections as soon as they are accepted, before a byte of them is read.
     *
     * @param count how many
     */
    void resetConnections(int count);

    /**
     * Accepts the next connections, reads nothing from them and says nothing: the TLS handshake does not end.
     *
     * @param count how many
     */
    void stallConnections(int count);

    /** Ends all misbehaviour that is still to come. */
    void clear();
}
