package dev.latchkey.it.atproto.lab;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Everything of a lab that may be used once only. */
final class Replays {

    final Set<String> proofs = ConcurrentHashMap.newKeySet();
    final Set<String> assertions = ConcurrentHashMap.newKeySet();
    final Set<String> states = ConcurrentHashMap.newKeySet();
    final Set<String> challenges = ConcurrentHashMap.newKeySet();
    final Set<String> proofKeys = ConcurrentHashMap.newKeySet();
}
