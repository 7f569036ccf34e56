#!/bin/sh
# How many grants a second a pair of schedulers gives, each entry kept twice, 100 workers of 64 permits.
# Both schedulers are driven at the same time, in a process each; calls go to the service itself, without HTTP, unless it is said.
# usage: [SECONDS_EACH=10] bench/grants.sh
set -eu
# shellcheck source-path=SCRIPTDIR source=../bin/setup.sh
. "$(dirname "$0")/../bin/setup.sh"

tree=${CACHEPOT_TREE:-$root/target/cachepot}
seconds=${SECONDS_EACH:-10}
classes="$tree/lib/cachepot/node/*"
[ -d "$tree/lib/cachepot/node" ] || die "there is no $tree: run bin/package, or set CACHEPOT_TREE to an installed tree"
need_jdk
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir "$work/classes"
"$JAVA_HOME/bin/javac" -d "$work/classes" -cp "$classes" -proc:none "$root/bench/GrantBench.java"

# As cachepot-dist starts a scheduler.
bench() {
    # shellcheck disable=SC2086 # words
    "$JAVA_HOME/bin/java" -Xms48m -Xmn24m -Xmx1g -XX:+UseSerialGC -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=25 \
        -Djava.util.concurrent.ForkJoinPool.common.parallelism=4 \
        --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
        --add-exports java.base/jdk.internal.ref=ALL-UNNAMED --add-opens java.base/java.lang=ALL-UNNAMED \
        --add-opens java.base/sun.nio.ch=ALL-UNNAMED --add-opens java.management/sun.management=ALL-UNNAMED \
        --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED \
        -cp "$work/classes:$classes" GrantBench "$@"
}

# pair SECONDS CLIENTS COUNT RATE [RECORDS]: both schedulers
pair() {
    for ports in "15701 15702" "15702 15701"; do
        # shellcheck disable=SC2086 # words
        bench $ports "$root/node/src/test/resources/worker.pem" "$@" 2>"$work/log.${ports% *}" &
    done
}

# drive TITLE CLIENTS COUNT RATE
drive() {
    echo "$1"
    shift
    pair "$seconds" "$@"
    wait
}

# one_client CALLERS COUNT
one_client() {
    echo "one client over HTTPS, $1 calls at a time for $2 grants each"
    pair $((seconds * 3)) 0 1 0 >/dev/null
    sleep "$seconds"
    bench client 15801 "$seconds" "$@"
    wait
}

echo "machine: $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
drive "closed loop, 8 clients at each scheduler, one grant a call" 8 1 0
drive "closed loop, 64 clients at each scheduler, one grant a call" 64 1 0
drive "closed loop, 8 clients at each scheduler, 32 grants a call" 8 32 0
drive "open loop, 1000 calls a second at each scheduler, one grant a call" 8 1 1000
drive "open loop, 200 calls a second at each scheduler, 32 grants a call" 8 32 200
one_client 1 1
one_client 4 32
echo "memory with 100 workers and 100 000 records of jobs, those of the driver included"
pair "$seconds" 8 32 0 50000
wait
