package dev.latchkey.auth.spi;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A block of addresses that are not reachable from everywhere, as the IANA special-purpose registries list them. */
final class AddressBlock {

    private static final List<AddressBlock> V4 = List.of(
            block("an unspecified one", 8, 0),
            block("a private one", 8, 10),
            block("a shared one (RFC 6598)", 10, 100, 64),
            block("a loopback one", 8, 127),
            block("a link-local one", 16, 169, 254),
            block("a private one", 12, 172, 16),
            block("a reserved one", 24, 192, 0, 0),
            block("one for documentation", 24, 192, 0, 2),
            block("a reserved one", 24, 192, 88, 99),
            block("a private one", 16, 192, 168),
            block("one for benchmarks", 15, 198, 18),
            block("one for documentation", 24, 198, 51, 100),
            block("one for documentation", 24, 203, 0, 113),
            block("a multicast one", 4, 224),
            block("a reserved one", 4, 240));

    private static final AddressBlock GLOBAL_UNICAST = block("", 3, 0x20);

    // Within global unicast. 2001::/23 has Teredo, ORCHID and benchmarking in it.
    private static final List<AddressBlock> V6 = List.of(
            block("a reserved one", 23, 0x20, 0x01, 0),
            block("one for documentation", 32, 0x20, 0x01, 0x0d, 0xb8),
            block("one with an IPv4 address inside (6to4)", 16, 0x20, 0x02),
            block("one for documentation", 20, 0x3f, 0xff, 0));

    // Outside of it, everything is refused; these say why.
    private static final List<AddressBlock> V6_ELSEWHERE = List.of(
            block("an unspecified one", 128),
            block("a loopback one", 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1),
            block("one with an IPv4 address inside (mapped)", 96, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff),
            block("one with an IPv4 address inside (compatible)", 96),
            block("one with an IPv4 address inside (NAT64)", 32, 0, 0x64, 0xff, 0x9b),
            block("a unique local one", 7, 0xfc),
            block("a link-local one", 10, 0xfe, 0x80),
            block("a site-local one", 10, 0xfe, 0xc0),
            block("a multicast one", 8, 0xff));

    private final String words;
    private final int bits;
    private final byte[] prefix;

    private AddressBlock(String words, int bits, byte[] prefix) {
        this.words = words;
        this.bits = bits;
        this.prefix = prefix;
    }

    private static AddressBlock block(String words, int bits, int... prefix) {
        byte[] bytes = new byte[16];
        for (int i = 0; i < prefix.length; i++) {
            bytes[i] = (byte) prefix[i];
        }
        return new AddressBlock(words, bits, bytes);
    }

    /** Says what kind of address it is if it is not reachable from everywhere; null if it is. */
    static @Nullable String refusal(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == 4) {
            return first(V4, bytes);
        }
        if (GLOBAL_UNICAST.contains(bytes)) {
            return first(V6, bytes);
        }
        String known = first(V6_ELSEWHERE, bytes);
        return known == null ? "a reserved one" : known;
    }

    private static @Nullable String first(List<AddressBlock> blocks, byte[] address) {
        for (AddressBlock block : blocks) {
            if (block.contains(address)) {
                return block.words;
            }
        }
        return null;
    }

    private boolean contains(byte[] address) {
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if (((address[bit / 8] ^ prefix[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }
}
