#!/bin/sh
# What one remote compile costs over a local one: wrapper, coordinator, scheduler, sandbox, all on loopback.
# usage: [ROUNDS=31] [JOBS=n] [CC=gcc] bench/remote.sh
set -eu
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "$0")/setup.sh"

need_packages bubblewrap util-linux
dist=$tree/bin/cachepot-dist
[ -x "$dist" ] || die "the node is missing: there is no $dist; bin/package builds a tree with scheduler and worker"

export CACHEPOT_CONF="$work/client.conf"
"$dist" dev --jobs "$jobs" --config-out "$CACHEPOT_CONF" >"$work/node.out" 2>"$work/node.log" &
node=$!
tries=0
until grep -q 'cluster is ready' "$work/node.out" 2>/dev/null; do
    tries=$((tries + 1))
    if ! kill -0 "$node" 2>/dev/null || [ "$tries" -gt 300 ]; then
        cat "$work/node.log" >&2
        die "the cluster did not start, see above"
    fi
    sleep 0.2
done

cd "$work"
echo 'int f(int x) { return 2 * x; }' >small.c
printf '#include <stdio.h>\n#include <stdlib.h>\n#include <math.h>\nint g(void) { return printf("%%d", abs(-1)); }\n' >system.c

# Nothing is ever a hit: every look-up is a miss and its result replaced.
export CACHEPOT_RECACHE=1
about
"$cachepot" --start-coordinator >/dev/null
for unit in small system; do
    arguments="$compiler -O2 -c $unit.c -o $unit.o"
    # The first one packs the toolchain and sends it.
    for _ in 1 2 3; do
        # shellcheck disable=SC2086 # words
        "$cachepot" $arguments
    done
    echo "one compile, $unit.c ($rounds rounds)"
    "$work/pairs" "$rounds" "plain $compiler" "$arguments" "remote" "$cachepot $arguments"
    echo
done
remote=$("$cachepot" --show-stats --stats-format json | sed -n 's/.*"dist_compiles":{\([^}]*\)}.*/\1/p' |
    tr ',' '\n' | sed 's/.*://' | awk '{ sum += $1 } END { print sum + 0 }')
expected=$((2 * (rounds + 3)))
[ "$remote" -eq "$expected" ] || die "$remote compiles went to the worker, expected $expected; these figures are void"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
