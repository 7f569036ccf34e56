#!/bin/sh
# From nothing to a coordinator that answers, and what it takes of memory; sccache's server beside it.
# usage: [ROUNDS=11] bench/start.sh
set -eu
ROUNDS=${ROUNDS:-11}
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "$0")/setup.sh"

about
stop="$cachepot --stop-coordinator >/dev/null 2>&1; sccache --stop-server >/dev/null 2>&1; sleep 0.3; true"
echo "start to ready ($rounds rounds)"
"$work/pairs" "$rounds" -p "$stop" \
    cachepot "$cachepot --start-coordinator" \
    sccache "sccache --start-server"
echo
sh -c "$stop"
"$cachepot" --start-coordinator >/dev/null
echo 'int f(void) { return 1; }' >"$work/a.c"
for i in $(seq 50); do
    "$cachepot" "$compiler" "-DX=$i" -c "$work/a.c" -o "$work/a.o"
done
sed -n 's/^VmRSS:/resident after 50 compiles:/p' "/proc/$(coordinator_pid)/status"
[ -r "$tree/lib/cachepot/coordinator.aot" ] || echo "note: this tree has no AOT cache"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
