#!/bin/sh
# Two schedulers, then 24 workers that all start at the same moment, on loopback: how long until every one is in the grid and
# reports, whether the grid fell apart meanwhile, and what a member costs when nothing happens.
# usage: [WORKERS=24] bench/members.sh
set -eu
# shellcheck source-path=SCRIPTDIR source=../bin/setup.sh
. "$(dirname "$0")/../bin/setup.sh"

tree=${CACHEPOT_TREE:-$root/target/cachepot}
dist=$tree/bin/cachepot-dist
workers=${WORKERS:-24}
need_packages bubblewrap util-linux curl
[ -x "$dist" ] || die "there is no $dist: run bin/package, or set CACHEPOT_TREE to an installed tree"

work=$(mktemp -d /var/tmp/cachepot-members.XXXXXX)
chmod 755 "$work"
finish() {
    trap - EXIT INT TERM
    # shellcheck disable=SC2046 # words
    kill -9 $(cat "$work"/*.pid 2>/dev/null) 2>/dev/null || true
    wait
    rm -rf "$work"
}
trap finish EXIT
trap 'finish; exit 130' INT TERM

token=$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')
key=$(head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d =)
"$dist" auth init-cluster --out "$work/ca" --name members >/dev/null

# grid_settings NAME ROLE PORT
grid_settings() {
    "$dist" auth issue-node --authority "$work/ca" --role "$2" --name "$1" --out "$work/$1.tls" >/dev/null
    cat <<END
[grid]
cluster_name = "members"
bind_addr = "127.0.0.1:$3"
members = ["127.0.0.1:15751", "127.0.0.1:15752"]
[grid.tls]
authorities = "$work/ca/ca.pem"
certificate = "$work/$1.tls/$1.pem"
key = "$work/$1.tls/$1.key"
END
}

# start NAME ROLE
start() {
    CACHEPOT_NO_DAEMON=1 CACHEPOT_LOG=info "$dist" "$2" --config "$work/$1.conf" >"$work/$1.log" 2>&1 &
    echo $! >"$work/$1.pid"
}

for i in 1 2; do
    {
        printf 'public_addr = "http://127.0.0.1:1576%d"\n' "$i"
        printf '[client_auth]\ntype = "token"\ntoken = "%s"\n[worker_auth]\ntype = "jwt_hs256"\nsecret_key = "%s"\n' "$token" "$key"
        grid_settings "s$i" scheduler "1575$i"
    } >"$work/s$i.conf"
done
i=0
while [ "$i" -lt "$workers" ]; do
    i=$((i + 1))
    port=$((15800 + i))
    {
        cat <<END
public_addr = "127.0.0.1:$port"
cache_dir = "$work/w$i/cache"
scheduler_url = ["http://127.0.0.1:15761", "http://127.0.0.1:15762"]
[builder]
type = "overlay"
build_dir = "$work/w$i/build"
run_as_uid = 65534
[scheduler_auth]
type = "jwt_token"
token = "$("$dist" auth generate-jwt-hs256-worker-token --worker "127.0.0.1:$port" --secret-key "$key")"
[limits]
jobs_max = 2
END
        grid_settings "w$i" worker 0
    } >"$work/w$i.conf"
    mkdir -p "$work/w$i"
done
chmod 600 "$work"/*.conf

# seen SCHEDULER: "members workers state" as it sees them.
seen() {
    status=$(curl -s -m 5 -H "Authorization: Bearer $token" "http://127.0.0.1:1576$1/api/v1/scheduler/status") || true
    members=$(printf '%s' "$status" | grep -o '"is_master"' | wc -l)
    servers=$(printf '%s' "$status" | sed -n 's/.*"num_servers":\([0-9]*\).*/\1/p')
    state=$(printf '%s' "$status" | sed -n 's/.*"state":"\([a-z_]*\)","term".*/\1/p')
    echo "$members ${servers:-0} ${state:-silent}"
}

cpu_ticks() {
    # shellcheck disable=SC2046 # words
    awk '{ sum += $14 + $15 } END { print sum }' $(sed 's|.*|/proc/&/stat|' "$@")
}

echo "machine: $(nproc) processors; load before: $(cut -d' ' -f1-3 /proc/loadavg)"
start s1 scheduler
start s2 scheduler
until [ "$(seen 1)" = "2 0 safe" ] && [ "$(seen 2)" = "2 0 safe" ]; do
    sleep 0.2
done
began=$(date +%s%N)
i=0
while [ "$i" -lt "$workers" ]; do
    i=$((i + 1))
    start "w$i" worker
done
whole="$((workers + 2)) $workers safe"
until [ "$(seen 1)" = "$whole" ] && [ "$(seen 2)" = "$whole" ]; do
    sleep 0.2
    millis=$((($(date +%s%N) - began) / 1000000))
    [ "$millis" -lt 300000 ] || die "after 300 s scheduler 1 sees '$(seen 1)', 2 sees '$(seen 2)', expected '$whole'"
done
echo "$workers workers started at once are in the grid and report after $((($(date +%s%N) - began) / 1000000)) ms"
echo "members that were thought lost meanwhile: $(cat "$work"/s?.log | grep -c 'member left the grid' || true)"
echo "merges of split grids: $(cat "$work"/*.log | grep -c 'grid merged' || true)"
sleep 20
before=$(cpu_ticks "$work"/w*.pid)
before_schedulers=$(cpu_ticks "$work"/s?.pid)
sleep 20
hertz=$(getconf CLK_TCK)
echo "$before $(cpu_ticks "$work"/w*.pid) $workers $hertz" |
    awk '{ printf "an idle worker uses %.2f %% of a processor\n", ($2 - $1) / $4 / 20 / $3 * 100 }'
echo "$before_schedulers $(cpu_ticks "$work"/s?.pid) $hertz" |
    awk '{ printf "a scheduler of idle workers uses %.2f %% of a processor\n", ($2 - $1) / $3 / 20 / 2 * 100 }'
# shellcheck disable=SC2046 # words
awk '/VmRSS/ { sum += $2; n++ } END { printf "a worker has %.0f MB resident\n", sum / n / 1024 }' $(sed 's|.*|/proc/&/status|' "$work"/w*.pid)
# shellcheck disable=SC2046 # words
awk '/VmRSS/ { sum += $2; n++ } END { printf "a scheduler has %.0f MB resident\n", sum / n / 1024 }' $(sed 's|.*|/proc/&/status|' "$work"/s?.pid)
