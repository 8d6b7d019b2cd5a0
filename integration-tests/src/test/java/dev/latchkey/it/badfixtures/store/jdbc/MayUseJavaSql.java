package dev.latchkey.it.badfixtures.store.jdbc;

import java.sql.Connection;

/** The adapter of this technology. */
final class MayUseJavaSql {

    private final Connection used;

    MayUseJavaSql(Connection used) {
        this.used = used;
    }

    @Override
    public String toString() {
        return used.toString();
    }
}
