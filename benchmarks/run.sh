#!/usr/bin/env bash
# Builds and runs the benchmarks: run.sh [exchange|turns|hit|sessions|stampede|heap|stores|proofs|cold|size|all]. Leave the machine alone meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

mvn -q -B -ntp -DskipTests -pl benchmarks -am package
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
classes="benchmarks/target/classes:$(printf '%s:' benchmarks/target/libraries/*.jar)"

jmh() { "$java" -cp "$classes" org.openjdk.jmh.Main "$@"; }

# Forks take turns with those of the same benchmark class only, so ratios are read within one class.
# Bytes by JMH; the time by turns, call by call.
exchange() { jmh TokenExchange -f 3 -wi 4 -w 2 -i 6 -r 2 -prof gc -foe true && turns; }
turns() { "$java" -cp "$classes" dev.latchkey.benchmarks.ExchangeTime "${FORKS:-9}" 12000 6000; }
hit() { jmh TokenHit -f 2 -wi 4 -w 1 -i 5 -r 1 -prof gc -foe true; }

ratios() { "$java" -cp "$classes" dev.latchkey.benchmarks.Ratios "$@"; }

# A token of any of many users, on one thread and on two; a million users take 4 GB, and a minute to sign in.
# Prints the rows of README.md's table. About 14 minutes, 9 of them for a million.
sessions() {
  local threads run=benchmarks/target
  for threads in 1 2; do
    jmh SessionHit -jvmArgs '-Xmx8g -XX:+UseParallelGC' -f 1 -wi 3 -w 1 -i 5 -r 1 -t "$threads" -prof gc -foe true \
      -rf json -rff "$run/sessions-$threads.json"
  done
  ratios "$run/sessions-1.json" "$run/sessions-2.json" | grep -v 'not measured'
  heap && stampede
}
stampede() { "$java" -cp "$classes" dev.latchkey.benchmarks.Stampede; }
heap() { "$java" -Xmx3g -cp "$classes" dev.latchkey.benchmarks.SessionHeap; }

# Each store beside the same statement by hand. PostgreSQL comes with Maven; redis-server must be installed. About 6 minutes.
stores() {
  jmh 'InMemoryStore|FileStore|RedisStore|JdbcStore' -jvmArgs -Xmx2g -f 2 -wi 3 -w 1 -i 5 -r 1 -prof gc -foe true \
    -rf json -rff benchmarks/target/stores.json
  ratios benchmarks/target/stores.json | grep -v 'not measured'
}

# DPoP proofs, assertions and ID tokens over the bare JCA, and ES256 by other providers: call by call. About 10 minutes.
proofs() { "$java" -cp "$classes" dev.latchkey.benchmarks.ProofTime "${FORKS:-7}" 4000 2000; }

cold() { "$java" -cp "$classes" dev.latchkey.benchmarks.ColdStart "${FORKS:-30}"; }

# What an application adds for tokens over the JDK's client, run-time dependencies included.
size() {
  local jars
  jars=$(ls benchmarks/target/libraries/{latchkey-auth-spi,latchkey-auth-core,latchkey-transport-jdk,jspecify}-*.jar)
  # shellcheck disable=SC2086 # one word a jar
  wc -c $jars
}

case "${1:-all}" in
  exchange | turns | hit | sessions | stampede | heap | stores | proofs | cold | size) "$1" ;;
  all) size && hit && cold && exchange && sessions && stores && proofs ;;
  *) echo "usage: run.sh [exchange|turns|hit|sessions|stampede|heap|stores|proofs|cold|size|all]" >&2 && exit 2 ;;
esac
