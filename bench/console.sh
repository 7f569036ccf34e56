#!/bin/sh
# How smoothly the console is drawn, in headless Chromium, while many workers run many jobs. They are played; the scheduler is real.
# usage: [SECONDS_EACH=20] [WORKERS=200] [JOBS_EACH=10] bench/console.sh [SCREENSHOT.png]
set -eu
# shellcheck source-path=SCRIPTDIR source=../bin/setup.sh
. "$(dirname "$0")/../bin/setup.sh"

tree=${CACHEPOT_TREE:-$root/target/cachepot}
classes="$tree/lib/cachepot/node/*"
[ -d "$tree/lib/cachepot/node" ] || die "there is no $tree: run bin/package, or set CACHEPOT_TREE to an installed tree"
need_jdk
need_packages chromium
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
mkdir "$work/classes"
"$JAVA_HOME/bin/javac" -d "$work/classes" -cp "$classes" -proc:none "$root/bench/ConsoleBench.java"

echo "machine: $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg)"
echo "${WORKERS:-200} workers with ${JOBS_EACH:-10} jobs each"
# As cachepot-dist starts a scheduler.
"$JAVA_HOME/bin/java" -Xms48m -Xmn24m -Xmx1g -XX:+UseSerialGC -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=25 \
    -Djava.util.concurrent.ForkJoinPool.common.parallelism=4 \
    --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
    --add-exports java.base/jdk.internal.ref=ALL-UNNAMED --add-opens java.base/java.lang=ALL-UNNAMED \
    --add-opens java.base/sun.nio.ch=ALL-UNNAMED --add-opens java.management/sun.management=ALL-UNNAMED \
    --add-opens jdk.management/com.sun.management.internal=ALL-UNNAMED \
    -cp "$work/classes:$classes" ConsoleBench \
    "$root/node/src/test/resources/worker.pem" "$work" "${SECONDS_EACH:-20}" "${WORKERS:-200}" "${JOBS_EACH:-10}" 2>"$work/log" ||
    { tail -n 20 "$work/log" >&2; die "it did not end well"; }
[ $# -eq 0 ] || cp "$work/console.png" "$1"
