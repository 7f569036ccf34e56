#!/bin/sh
# Latency and processor time of a cache hit, whole processes: cachepot, ccache's direct mode, sccache.
# usage: [ROUNDS=31] [CC=gcc] [CXX=g++] bench/hit.sh
set -eu
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "$0")/setup.sh"

need_packages g++
cxx=${CXX:-g++}
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

# C++ with 400 headers, templates in each.
mkdir cxx
: >huge.cc
for i in $(seq 400); do
    {
        echo "#pragma once"
        [ "$i" -eq 1 ] || echo "#include \"c$((i / 2)).h\""
        echo "template <typename T> struct t$i { T value; T twice() const { return value + value; } };"
        for j in $(seq 20); do
            echo "inline int f${i}_$j(int x) { return t$i<int>{x + $j}.twice(); }"
        done
    } >cxx/c"$i".h
    echo "#include \"c$i.h\"" >>huge.cc
done
echo 'int g(int x) { return f400_1(x) + f1_1(x); }' >>huge.cc

about
sccache --start-server >/dev/null 2>&1 || die "sccache does not start"

# A JVM is slow at first: the figures of its first hits and of those in the middle of a build are told apart.
warming=${WARMING:-1500}
inode="env CCACHE_INODECACHE=1 CCACHE_DIR=$CCACHE_DIR-inode ccache"
measure() {
    echo "hit, $unit, $1 ($rounds rounds)"
    "$work/pairs" "$rounds" -d cachepot "$(coordinator_pid)" -d sccache "$(sccache_pid)" \
        cachepot "$cachepot $arguments" \
        ccache "ccache $arguments" \
        "ccache inode_cache" "$inode $arguments" \
        sccache "sccache $arguments"
    echo
}

for unit in small.c large.c huge.cc; do
    "$cachepot" --stop-coordinator >/dev/null 2>&1 || true
    "$cachepot" --start-coordinator >/dev/null
    driver=$compiler
    [ $unit != huge.cc ] || driver=$cxx
    arguments="$driver -O2 -Iheaders -Icxx -c $unit -o $unit.o"
    # ccache looks at headers that are older than the compile only.
    find . -name '*.h' -exec touch -d '1 hour ago' {} +
    for wrapper in "$cachepot" ccache "$inode" sccache; do
        # The third one is a hit in any case, ccache's direct mode as well.
        for _ in 1 2 3; do
            # shellcheck disable=SC2086 # words
            $wrapper $arguments
        done
    done
    measure "coordinator just started"
    "$work/pairs" "$warming" warming "$cachepot $arguments" >"$work/warming"
    measure "after $warming hits"
    # Apart, because between two hits it leaves nothing of either in the processor's caches.
    "$work/pairs" 7 "$driver itself" "$arguments"
    echo
    # Whoever missed was not measured at what these figures say.
    hits=$("$cachepot" --show-stats | sed -n 's/^Cache hits  *\([0-9]*\)$/\1/p')
    [ "$hits" -ge $((2 * rounds + warming + 2)) ] || die "cachepot had $hits hits only, these figures are void"
    "$cachepot" --zero-stats >/dev/null
done

expected=$((3 * (2 * rounds + 2)))
for directory in "$CCACHE_DIR" "$CCACHE_DIR-inode"; do
    CCACHE_DIR=$directory ccache --print-stats | grep -q "^direct_cache_hit[^0-9]*$expected\$" ||
        die "ccache missed, these figures are void"
done
sccache --show-stats | grep -q "^Cache hits  *$expected\$" || die "sccache missed, these figures are void"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
