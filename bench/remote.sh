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
start_dev "$tree" "$jobs"
send_all

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
remote=$("$cachepot" --show-stats --stats-format json | sum_remote)
expected=$((2 * (rounds + 3)))
[ "$remote" -eq "$expected" ] || die "$remote compiles went to the worker, expected $expected; these figures are void"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
