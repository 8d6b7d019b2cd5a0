package dev.latchkey.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;

class PagesReadTest {

    private final PagesRead read = new PagesRead();

    private static URI page(int number) {
        return URI.create("https://graph.microsoft.com/v1.0/users?$skiptoken=" + number);
    }

    @Test
    void countsThePagesOfACircle() {
        read.add(page(1));
        read.add(page(2));
        read.add(page(3));

        assertThat(read.backTo(page(3))).isEqualTo(1);
        assertThat(read.backTo(page(1))).isEqualTo(3);
        assertThat(read.backTo(page(4))).isZero();
    }

    @Test
    void remembersNoMorePagesThanItMay() {
        for (int i = 0; i <= PagesRead.MOST; i++) {
            read.add(page(i));
        }

        assertThat(read.backTo(page(0))).isZero();
        assertThat(read.backTo(page(PagesRead.MOST))).isEqualTo(1);
    }

    @Test
    void noticesACircleThatBeginsWhenItHasForgottenAPart() {
        int pages = 0;
        for (int i = 0; i < PagesRead.MOST - 1; i++, pages++) {
            read.add(page(-1 - i));
        }
        while (read.backTo(page(pages % 3)) == 0) {
            read.add(page(pages % 3));
            pages++;
        }

        assertThat(read.backTo(page(pages % 3))).isEqualTo(3);
        assertThat(pages).isLessThan(PagesRead.MOST + 6);
    }

    @Test
    void takesNoTwoPagesForOneWhoseTextsHashAlike() {
        read.add(URI.create("https://graph.microsoft.com/Aa"));

        assertThat(read.backTo(URI.create("https://graph.microsoft.com/BB"))).isZero();
    }

    /** Found by trying: FNV-1a of these two differs in its upper half alone. */
    @Test
    void takesNoTwoPagesForOneWhoseHashesEndAlike() {
        String users = "https://graph.microsoft.com/v1.0/users?$skiptoken=";
        read.add(URI.create(users + "30988"));

        assertThat(read.backTo(URI.create(users + "1402614"))).isZero();
    }
}
