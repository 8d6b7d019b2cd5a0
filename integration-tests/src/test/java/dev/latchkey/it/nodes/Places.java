package dev.latchkey.it.nodes;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Where each store keeps its records; servers are started for those that need one, and end with this object. */
public final class Places implements Closeable {

    private final Path directory;
    private final List<Closeable> servers = new ArrayList<>();

    /** All within a folder. */
    public Places(Path directory) {
        this.directory = directory;
    }

    /** An empty place, which every process reaches. */
    public String of(StoreKind kind) throws Exception {
        Path mine = directory.resolve(kind.name());
        switch (kind) {
            case FILE:
                return mine.toString();
            case REDIS:
                RedisProcess redis = RedisProcess.start(Files.createDirectories(mine));
                servers.add(redis);
                return Integer.toString(redis.port());
            case POSTGRES:
                EmbeddedPostgres postgres = EmbeddedPostgres.builder().start();
                servers.add(postgres);
                StoreKind.createTable(postgres.getPostgresDatabase());
                return postgres.getJdbcUrl("postgres", "postgres");
        }
        throw new AssertionError(kind);
    }

    @Override
    public void close() throws IOException {
        for (Closeable server : servers) {
            server.close();
        }
    }
}
