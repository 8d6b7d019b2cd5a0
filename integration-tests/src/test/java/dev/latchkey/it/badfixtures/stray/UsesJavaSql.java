package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import java.sql.Connection;

/** A technology outside its adapter. */
@Breaks("java.sql")
final class UsesJavaSql {

    private final Connection used;

    UsesJavaSql(Connection used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
