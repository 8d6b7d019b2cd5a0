package dev.latchkey.benchmarks;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.Provider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * What a DPoP proof, a client's assertion and a validated ID token cost over the bare JCA with the same key, and what ES256
 * costs with another provider; by {@link Turns}, one kind of key after the other, in forks. Prints the rows of README.md's table: of each ratio
 * the median over all forks, the least and the greatest.
 */
public final class ProofTime {

    private static final List<String> SIGNED_WITH = List.of("ES256", "PS256", "Ed25519");

    private ProofTime() {}

    /**
     * Starts the forks, or is one.
     *
     * @param arguments the number of forks, of rounds to warm up and of rounds that count; or the rounds
     * @throws Exception if a call fails
     */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2) {
            fork(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
            return;
        }
        List<Map<String, Double>> forks = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
            forks.add(Turns.fork(ProofTime.class, arguments[1], arguments[2]));
        }
        System.out.println("| what | figure | bar | |");
        System.out.println("|---|---|---|---|");
        for (String each : SIGNED_WITH) {
            ratio(forks, "DPoP proof, " + each, "proof-" + each, "sign-" + each, 1.10);
            ratio(forks, "client assertion, " + each, "assertion-" + each, "sign-" + each, 1.10);
        }
        ratio(forks, "ID token validated, RS256", "idToken-RS256", "verify-RS256", 1.6);
        ratio(forks, "the same over Nimbus's processor, RS256", "idToken-RS256", "nimbus-RS256", 1);
        ratio(forks, "Nimbus's processor, RS256", "nimbus-RS256", "verify-RS256", 0);
        ratio(forks, "ID token validated, ES256", "idToken-ES256", "verify-ES256", 0);
        ratio(forks, "the same over Nimbus's processor, ES256", "idToken-ES256", "nimbus-ES256", 1);
        for (String provider : List.of("Corretto", "BouncyCastle")) {
            String rest = "-ES256-" + provider;
            ratio(forks, provider + "'s ES256 signature over the JDK's", "sign" + rest, "sign-ES256", 0);
            ratio(forks, "DPoP proof with " + provider + " over one with the JDK", "proof" + rest, "proof-ES256", 0);
            ratio(forks, "DPoP proof, ES256 by " + provider, "proof" + rest, "sign" + rest, 0);
            ratio(forks, provider + "'s ES256 verification over the JDK's", "verify" + rest, "verify-ES256", 0);
            ratio(
                    forks,
                    "ID token, ES256, with " + provider + " over one with the JDK",
                    "idToken" + rest,
                    "idToken-ES256",
                    0);
        }
    }

    private static void fork(int warmUp, int rounds) throws Exception {
        Map<String, Provider> others = new LinkedHashMap<>();
        others.put("Corretto", AmazonCorrettoCryptoProvider.INSTANCE);
        others.put("BouncyCastle", new BouncyCastleProvider());
        Map<String, Double> medians = new LinkedHashMap<>();
        for (String each : SIGNED_WITH) {
            Map<String, Callable<Object>> kinds = new LinkedHashMap<>();
            SigningCalls calls = SigningCalls.of(each);
            kinds.put("sign-" + each, calls.bare());
            kinds.put("proof-" + each, calls.proof());
            kinds.put("assertion-" + each, calls.assertion());
            if (each.equals("ES256")) {
                for (Map.Entry<String, Provider> other : others.entrySet()) {
                    SigningCalls by = calls.by(other.getValue());
                    kinds.put("sign-" + each + "-" + other.getKey(), by.bare());
                    kinds.put("proof-" + each + "-" + other.getKey(), by.proof());
                }
            }
            Turns.medians(kinds, warmUp);
            medians.putAll(Turns.medians(kinds, rounds));
        }
        for (String each : List.of("RS256", "ES256")) {
            Map<String, Callable<Object>> kinds = new LinkedHashMap<>();
            IdTokenCalls calls = IdTokenCalls.of(each);
            kinds.put("verify-" + each, calls.bare(null));
            kinds.put("idToken-" + each, calls.latchkey(null));
            kinds.put("nimbus-" + each, calls.nimbus());
            if (each.equals("ES256")) {
                for (Map.Entry<String, Provider> other : others.entrySet()) {
                    kinds.put("verify-" + each + "-" + other.getKey(), calls.bare(other.getValue()));
                    kinds.put("idToken-" + each + "-" + other.getKey(), calls.latchkey(other.getValue()));
                }
            }
            // A verification with RSA takes a twentieth of a signature, and needs the compiler as much.
            int times = each.equals("RS256") ? 5 : 1;
            Turns.medians(kinds, warmUp * times);
            medians.putAll(Turns.medians(kinds, rounds * times));
        }
        System.out.println(Turns.line(medians));
        // Whatever threads there are need not end.
        Runtime.getRuntime().halt(0);
    }

    private static void ratio(List<Map<String, Double>> forks, String what, String ours, String theirs, double bar) {
        List<Double> ratios = new ArrayList<>();
        List<Double> micros = new ArrayList<>();
        for (Map<String, Double> fork : forks) {
            ratios.add(Turns.micros(fork, ours) / Turns.micros(fork, theirs));
            micros.add(Turns.micros(fork, ours));
        }
        Collections.sort(ratios);
        Collections.sort(micros);
        double median = ratios.get(ratios.size() / 2);
        Ratios.row(
                what,
                String.format(
                        Locale.ROOT,
                        "%.3f (%.3f to %.3f; %.0f µs)",
                        median,
                        ratios.get(0),
                        ratios.get(ratios.size() - 1),
                        micros.get(micros.size() / 2)),
                bar == 0 ? "" : String.valueOf(bar),
                bar == 0 ? null : (Boolean) (median <= bar));
    }
}
