package dev.latchkey.store.jdbc;

import dev.latchkey.auth.spi.StoreKey;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** What a statement's names stand for. */
final class Arguments {

    private final Map<String, Object> values = new HashMap<>();

    static Arguments at(StoreKey key) {
        return new Arguments().with("partition", key.partition()).with("name", key.name());
    }

    Arguments with(String name, String value) {
        values.put(name, value);
        return this;
    }

    Arguments with(String name, long value) {
        values.put(name, value);
        return this;
    }

    Arguments with(String name, byte[] value) {
        values.put(name, value);
        return this;
    }

    void bind(PreparedStatement statement, int index, String name) throws SQLException {
        Object value = values.get(name);
        if (value instanceof String) {
            statement.setString(index, (String) value);
        } else if (value instanceof Long) {
            statement.setLong(index, (Long) value);
        } else if (value instanceof byte[]) {
            statement.setBytes(index, (byte[]) value);
        } else {
            throw new IllegalStateException("Nothing given for " + name);
        }
    }

    /** Names only: the values may be tokens. */
    @Override
    public String toString() {
        return "Arguments" + values.keySet();
    }
}
