package dev.latchkey.benchmarks.cold;

/** Nothing: what a JVM costs that is started and ends. */
public final class BareJvm {

    private BareJvm() {}

    /**
     * Gets one token.
     *
     * @param arguments the token endpoint and the key store with the server's certificate
     * @throws Exception if no token comes
     */
    public static void main(String[] arguments) throws Exception {
        String token = arguments[0];
        System.out.println(token.length());
    }
}
