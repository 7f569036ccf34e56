#!/bin/sh
# Latency of a cache hit, whole process: cachepot, ccache's direct mode, sccache, and the plain compiler.
# usage: [ROUNDS=31] [CC=gcc] bench/hit.sh
set -eu
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "$0")/setup.sh"

cd "$work"
echo 'int f(int x) { return 2 * x; }' >small.c

# A file with 100 headers of its own and some of the system's.
mkdir headers
echo '#include <stdio.h>
#include <stdlib.h>
#include <string.h>' >large.c
for i in $(seq 100); do
    {
        echo "#ifndef H$i"
        echo "#define H$i"
        for j in $(seq 40); do
            echo "struct s${i}_$j { int a; long b; char text[$j]; };"
            echo "static inline int f${i}_$j(struct s${i}_$j *s) { return s->a + (int) s->b + $j; }"
        done
        echo "#endif"
    } >headers/h"$i".h
    echo "#include \"h$i.h\"" >>large.c
done
echo 'int g(struct s1_1 *s) { return f1_1(s) + printf("%d", s->a); }' >>large.c

about
sccache --start-server >/dev/null 2>&1 || die "sccache does not start"
"$cachepot" --start-coordinator >/dev/null

# A JVM is slow at first: the figures of its first hits and of those in the middle of a build are told apart.
warming=${WARMING:-500}
measure() {
    echo "hit, $unit.c, $1 ($rounds rounds)"
    "$work/pairs" "$rounds" \
        cachepot "$cachepot $arguments $unit.o" \
        ccache "ccache $arguments $unit.o" \
        sccache "sccache $arguments $unit.o" \
        "$compiler" "$arguments $unit.o"
    echo
}

for unit in small large; do
    "$cachepot" --stop-coordinator >/dev/null
    "$cachepot" --start-coordinator >/dev/null
    arguments="$compiler -O2 -Iheaders -c $unit.c -o"
    for wrapper in "$cachepot" ccache sccache; do
        # The third one is a hit in any case, ccache's direct mode as well.
        for _ in 1 2 3; do
            # shellcheck disable=SC2086 # words
            "$wrapper" $arguments $unit.o
        done
    done
    measure "coordinator just started"
    "$work/pairs" "$warming" warming "$cachepot $arguments $unit.o" >"$work/warming"
    measure "after $warming hits"
    # Whoever missed was not measured at what these figures say.
    hits=$("$cachepot" --show-stats | sed -n 's/^Cache hits  *\([0-9]*\)$/\1/p')
    [ "$hits" -eq $((2 * rounds + warming + 2)) ] || die "cachepot had $hits hits only, these figures are void"
done

expected=$((2 * (2 * rounds + 2)))
ccache --print-stats | grep -q "^direct_cache_hit[^0-9]*$expected\$" || die "ccache missed, these figures are void"
sccache --show-stats | grep -q "^Cache hits  *$expected\$" || die "sccache missed, these figures are void"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
