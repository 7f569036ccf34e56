#!/bin/sh
# 64 compiles at a time of right and wrong programs, with Ctrl-C, SIGKILL of the coordinator and --clear-cache in between:
# stress.sh [MINUTES]. Ends with an error if any object, message or exit code was not the plain compiler's, if a compile hung, if
# a process is left, or if the coordinator holds more than 200 MB in the end.
set -eu
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "$0")/setup.sh"
need_jdk

minutes=${1:-10}
wrappers=${WRAPPERS:-64}
mkdir "$work/stress"
status=0
"$JAVA_HOME/bin/java" "$root/bench/Stress.java" "$cachepot" "$work/stress" $((minutes * 60)) "$wrappers" || status=1

# What is there now has been through all of it, or was started after the last kill.
cd "$work/stress"
n=0
while [ "$n" -lt 2000 ]; do
    "$cachepot" gcc -O1 -c "p$((n % 40)).c" -o after.o 2>/dev/null || true
    n=$((n + 1))
done
pid=$(pgrep -f "io.cachepot.client.coordinator.Main --socket $CACHEPOT_COORDINATOR_SOCKET") || pid=
[ -n "$pid" ] || { echo "stress.sh: no coordinator is running" && exit 1; }
resident=$(awk '/^VmRSS/ {print int($2 / 1024)}' "/proc/$pid/status")
echo "resident after: $resident MB"
[ "$resident" -le 200 ] || status=1

# A coordinator that was killed in the middle of a hit leaves a file at most for each compile it served.
echo "temporary files left by killed coordinators: $(find "$work/stress" -name '.cachepot-*' | wc -l)"
"$cachepot" --stop-coordinator >/dev/null
sleep 1
left=$(pgrep -f "$work" || true)
[ -z "$left" ] || { echo "still running:" && ps -o pid,args -p "$(echo "$left" | paste -sd,)" && status=1; }
exit "$status"
