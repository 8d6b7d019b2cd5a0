package dev.latchkey.it.badfixtures.stray;

import dev.latchkey.it.guard.Breaks;
import javax.sql.DataSource;

/** A technology outside its adapter. */
@Breaks("javax.sql")
final class UsesDataSource {

    private final DataSource used;

    UsesDataSource(DataSource used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
