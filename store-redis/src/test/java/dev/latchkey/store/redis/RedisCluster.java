package dev.latchkey.store.redis;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.RedisClusterClient;

/** Primaries that share the 16,384 slots between them. */
final class RedisCluster implements AutoCloseable {

    private static final int SLOTS = 16_384;

    private final List<RedisServer> nodes = new ArrayList<>();

    private RedisCluster() {}

    static RedisCluster start(int size, String... options) throws IOException {
        RedisCluster cluster = new RedisCluster();
        try {
            for (int node = 0; node < size; node++) {
                cluster.nodes.add(RedisServer.startNode(options));
            }
            cluster.form();
        } catch (IOException | RuntimeException | Error e) {
            cluster.close();
            throw e;
        }
        return cluster;
    }

    private void form() {
        for (int i = 0; i < nodes.size(); i++) {
            String first = Integer.toString(SLOTS * i / nodes.size());
            String last = Integer.toString(SLOTS * (i + 1) / nodes.size() - 1);
            RedisServer node = nodes.get(i);
            node.command(Command.CLUSTER, "ADDSLOTSRANGE", first, last);
            node.command(Command.CLUSTER, "SET-CONFIG-EPOCH", Integer.toString(i + 1));
        }
        for (RedisServer other : nodes.subList(1, nodes.size())) {
            List<String> meet = List.of("MEET", RedisServer.HOST, Integer.toString(other.port()), busPort(other));
            nodes.get(0).command(Command.CLUSTER, meet.toArray(new String[0]));
        }
        for (RedisServer node : nodes) {
            RedisServer.await("the node sees the whole cluster", () -> {
                String info = node.command(Command.CLUSTER, "INFO");
                return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + nodes.size());
            });
        }
    }

    private static String busPort(RedisServer node) {
        // "id 127.0.0.1:6379@16379 myself,…"
        String line = node.command(Command.CLUSTER, "NODES");
        return line.replaceAll("(?s).*?@(\\d+).*", "$1");
    }

    List<RedisServer> nodes() {
        return nodes;
    }

    RedisServer node(int index) {
        return nodes.get(index);
    }

    /** A client as an application would have; the caller closes it. */
    RedisClusterClient client() {
        return RedisClusterClient.builder()
                .nodes(nodes.stream().map(RedisServer::address).collect(Collectors.toCollection(HashSet::new)))
                .clientConfig(RedisServer.config())
                .build();
    }

    @Override
    public void close() {
        nodes.forEach(RedisServer::close);
    }
}
