package dev.latchkey.it.badfixtures.store.jdbc;

import javax.sql.DataSource;

/** The adapter of this technology. */
final class MayUseDataSource {

    private final DataSource used;

    MayUseDataSource(DataSource used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
