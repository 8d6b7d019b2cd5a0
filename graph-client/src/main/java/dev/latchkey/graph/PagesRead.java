package dev.latchkey.graph;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers which pages an iterator has read, as hashes of their addresses, so that links which lead in a circle are noticed.
 *
 * <p>Bounded: with {@value #MOST} pages it forgets all and begins anew. So a circle of up to that many pages is noticed
 * before it has been gone round a third time, wherever it begins, and a longer one never is.
 */
final class PagesRead {

    static final int MOST = 4096;

    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    /** By hash, the number of the page. */
    private final Map<Long, Long> numbers = new HashMap<>();

    private long latest;

    void add(URI address) {
        if (numbers.size() == MOST) {
            numbers.clear();
        }
        latest++;
        numbers.put(hash(address), latest);
    }

    /** Tells how many pages a link goes back: 1 for the latest page, 0 for a page that is not remembered. */
    long backTo(URI link) {
        Long number = numbers.get(hash(link));
        return number == null ? 0 : latest - number + 1;
    }

    /** FNV-1a: of 64 bits, since two of 4096 pages that look alike to 32 are nothing rare. */
    private static long hash(URI address) {
        String text = address.toString();
        long hash = FNV_OFFSET;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }
}
