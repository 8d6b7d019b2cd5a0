package dev.latchkey.it.badfixtures.auth.server;

import dev.latchkey.it.guard.Breaks;
import java.net.Socket;

/** A value that opens a socket. */
@Breaks("values without I/O")
final class OpensASocket {

    Socket open() {
        return new Socket();
    }
}
