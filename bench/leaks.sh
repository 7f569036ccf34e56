#!/bin/sh
# Ten thousand jobs through one worker, and what is left of them: processes, mounts, control groups, descriptors, files, memory.
# The compiler is bench/sleepcc.c without its sleep. Scheduler and worker are one process (`cachepot-dist dev`).
# usage: [COUNT=10000] [JOBS=8] bench/leaks.sh
set -eu
# shellcheck source-path=SCRIPTDIR source=../bin/setup.sh
. "$(dirname "$0")/../bin/setup.sh"

tree=${CACHEPOT_TREE:-$root/target/cachepot}
count=${COUNT:-10000}
jobs=${JOBS:-8}
warm=$((count / 5))
need_packages gcc libc6-dev bubblewrap util-linux
[ -x "$tree/bin/cachepot-dist" ] || die "there is no $tree: run bin/package, or set CACHEPOT_TREE to an installed tree"

# Not below /tmp: what a sandbox sees there is its own.
work=$(mktemp -d /var/tmp/cachepot-leaks.XXXXXX)
chmod 755 "$work"
node=
finish() {
    trap - EXIT INT TERM
    "$tree/bin/cachepot" --stop-coordinator >/dev/null 2>&1 || true
    if [ -n "$node" ]; then
        kill "$node" 2>/dev/null || true
        wait "$node" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT
trap 'finish; exit 130' INT TERM

mkdir -p "$work/bin" "$work/warm" "$work/src" "$work/tmp"
gcc -std=c11 -D_DEFAULT_SOURCE -O2 -static -o "$work/bin/gcc" "$root/bench/sleepcc.c"
gcc -std=c11 -D_DEFAULT_SOURCE -O2 -o "$work/build" "$root/bench/build.c"
export HOME="$work" XDG_CACHE_HOME="$work/cache" CACHEPOT_DIR="$work/results" CACHEPOT_COORDINATOR_SOCKET="$work/socket" TMPDIR="$work/tmp"
export CACHEPOT_CONF="$work/client.conf" CACHEPOT_ERROR_LOG="$work/coordinator.log" CACHEPOT_RECACHE=1
start_dev "$tree" "$jobs"
send_all

# units DIRECTORY COUNT
units() {
    number=0
    while [ "$number" -lt "$2" ]; do
        number=$((number + 1))
        echo "int unit_$number;" >"$1/u$number.c"
    done
}

# run DIRECTORY: compiles all of it on the worker.
run() {
    "$work/build" "$((2 * jobs))" "$work/log" "$1" "$tree/bin/cachepot" "$work/bin/gcc" -DSLEEP_PERCENT=0 ||
        die "a compile failed, see $(grep -v ' 0$' "$work/log" | head -n 1)"
}

# descendants PID: how many processes it and its children have made that are there.
descendants() {
    total=0
    # shellcheck disable=SC2013 # words
    for child in $(cat "/proc/$1/task"/*/children 2>/dev/null); do
        total=$((total + 1 + $(descendants "$child")))
    done
    echo "$total"
}

# What the worker holds, a name and a number a line; after a moment, in which what is ending ends.
look() {
    sleep 3
    echo "processes $(descendants "$node")"
    echo "descriptors $(find "/proc/$node/fd" -mindepth 1 | wc -l)"
    echo "mounts $(wc -l </proc/self/mountinfo)"
    echo "control_groups $(find /sys/fs/cgroup -type d -path '*cachepot-*' 2>/dev/null | wc -l)"
    echo "temporary_files $(find "$work/tmp" "$work/cache" -mindepth 1 ! -path '*/blobs/*' ! -path '*/results/*' 2>/dev/null | wc -l)"
    echo "threads $(find "/proc/$node/task" -mindepth 1 -maxdepth 1 | wc -l)"
    echo "resident_kilobytes $(sed -n 's/^VmRSS:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$node/status")"
}

units "$work/warm" "$warm"
units "$work/src" "$count"
"$tree/bin/cachepot" --start-coordinator >/dev/null
run "$work/warm"
look >"$work/before"
began=$(date +%s)
run "$work/src"
took=$(($(date +%s) - began))
look >"$work/after"
# Coordinators write their counts down every two seconds, when they come to it.
remote=0
tries=0
while [ "$remote" -ne "$((warm + count))" ] && [ "$tries" -lt 10 ]; do
    sleep 1
    tries=$((tries + 1))
    remote=$("$tree/bin/cachepot" --show-stats --stats-format json | sum_remote)
done
echo "$count jobs after $warm, $jobs permits, in $took s; $((remote - warm)) of them on the worker; before and after:"
paste -d' ' "$work/before" "$work/after" | awk '{ printf "%-20s %8d %8d\n", $1, $2, $4 }'
[ "$((remote - warm))" -eq "$count" ] || die "not all compiles went to the worker; these figures are void"
paste -d' ' "$work/before" "$work/after" | awk '
    $1 == "resident_kilobytes" || $1 == "threads" { next }
    $4 > $2 + 64 { print "leaked: " $1; bad = 1 }
    END { exit bad }' || die "see above"
