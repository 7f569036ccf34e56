#!/bin/sh
# What one remote compile costs over a local one, for cachepot, icecream and distcc: client, scheduler, sandbox, all on loopback. Needs
# root, since icecream's daemon changes its root.
# usage: [ROUNDS=31] [JOBS=n] [CC=gcc] bench/remote.sh
set -eu
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "$0")/setup.sh"

[ "$(id -u)" -eq 0 ] || die "icecream's daemon needs root; run this as root on a machine of your own"
need_packages bubblewrap util-linux icecc distcc
dist=$tree/bin/cachepot-dist
[ -x "$dist" ] || die "the node is missing: there is no $dist; bin/package builds a tree with scheduler and worker"

export CACHEPOT_CONF="$work/client.conf"
start_dev "$tree" "$jobs"
send_all

peers=
finish_peers() {
    for peer in $peers; do
        kill "$peer" 2>/dev/null || true
    done
    finish
}
trap finish_peers EXIT
trap 'finish_peers; exit 130' INT TERM

# Two daemons of icecream, one for the client and one that compiles; else it would compile where the client is.
chmod 755 "$work"
ice=$work/icecream
mkdir -p "$ice/near" "$ice/far"
chown -R icecc "$ice"
icecc-scheduler -p 18765 -n bench >"$ice/scheduler.log" 2>&1 &
peers="$peers $!"
sleep 1
# daemon NAME PORT OPTION...
daemon() {
    name=$1
    port=$2
    shift 2
    ICECC_TEST_SOCKET=$ice/$name.sock iceccd -s 127.0.0.1:18765 -n bench -N "$name" -b "$ice/$name" -p "$port" "$@" >"$ice/$name.log" 2>&1 &
    peers="$peers $!"
}
daemon near 20245 --no-remote
daemon far 20246 -m "$jobs"
export ICECC_TEST_SOCKET="$ice/near.sock" ICECC_PREFERRED_HOST=far ICECC_TEST_REMOTEBUILD=1

mkdir "$work/distcc" "$work/distccd"
chown nobody "$work/distccd"
distccd --no-detach --daemon --port 13632 --listen 127.0.0.1 --allow 127.0.0.1 --jobs "$jobs" --user nobody --log-file "$work/distccd/log" &
peers="$peers $!"
export DISTCC_HOSTS="127.0.0.1:13632/$jobs" DISTCC_FALLBACK=0 DISTCC_DIR="$work/distcc"

cd "$work"
echo 'int f(int x) { return 2 * x; }' >small.c
printf '#include <stdio.h>\n#include <stdlib.h>\n#include <math.h>\nint g(void) { return printf("%%d", abs(-1)); }\n' >system.c

# Nothing is ever a hit: every look-up is a miss and its result replaced.
export CACHEPOT_RECACHE=1
about
"$cachepot" --start-coordinator >/dev/null
tries=0
until icecc "$compiler" -c small.c -o small.o 2>/dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 30 ] || die "icecream does not compile, see $ice: $(cat "$ice"/*.log)"
    sleep 1
done
warm=${WARM:-100}
for unit in small system; do
    arguments="$compiler -O2 -c $unit.c -o $unit.o"
    # The first one packs the toolchain and sends it; the JVMs are a while until they run at full speed.
    round=0
    while [ "$round" -lt "$warm" ]; do
        round=$((round + 1))
        # shellcheck disable=SC2086 # words
        "$cachepot" $arguments
    done
    echo "one compile, $unit.c ($rounds rounds)"
    "$work/pairs" "$rounds" "plain $compiler" "$arguments" "cachepot" "$cachepot $arguments" "icecream" "icecc $arguments" \
        "distcc" "distcc $arguments"
    echo
done
remote=$("$cachepot" --show-stats --stats-format json | sum_remote)
expected=$((2 * (rounds + warm)))
[ "$remote" -eq "$expected" ] || die "$remote compiles went to the worker, expected $expected; these figures are void"
there=$(grep -c 'COMPILE_OK' "$work/distccd/log" || true)
[ "$there" -ge "$((2 * rounds))" ] || die "distccd compiled $there, expected $((2 * rounds)); its figures are void"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
echo "The processor time is that of the command and what it starts; of the coordinator: $(ps -o cputimes= -p "$(coordinator_pid)" | tr -d ' ') s in all."
