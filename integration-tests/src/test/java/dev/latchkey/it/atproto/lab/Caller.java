package dev.latchkey.it.atproto.lab;

/** A client that has proved its key, and authenticated itself if it is confidential. */
final class Caller {

    final ClientDocument client;
    final ClientKey clientKey;
    final String proofKey;

    Caller(ClientDocument client, ClientKey clientKey, String proofKey) {
        this.client = client;
        this.clientKey = clientKey;
        this.proofKey = proofKey;
    }
}
