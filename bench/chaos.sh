#!/bin/sh
# Breaks a cluster of real processes while two clients build on it, and tells what the builds noticed.
# Two schedulers, six workers and two coordinators live in a network namespace each, joined by one bridge; compilers sleep
# (bench/sleepcc.c); around each fault one client also builds Lua, over and over, with this machine's gcc. Needs root, for namespaces
# and tc. Prints a Markdown table, a row for each fault.
# usage: [FAULTS="kill-a freeze-master ..."] [REPEAT=1] [UNITS=500] [JOBS=8] [PERCENT=100] bench/chaos.sh
set -eu
# shellcheck source-path=SCRIPTDIR source=../bin/setup.sh
. "$(dirname "$0")/../bin/setup.sh"

tree=${CACHEPOT_TREE:-$root/target/cachepot}
dist=$tree/bin/cachepot-dist
units=${UNITS:-500}
percent=${PERCENT:-100}
jobs=${JOBS:-8}
repeat=${REPEAT:-1}
permits=${PERMITS:-8}
workers="w1 w2 w3 w4 w5 w6"
schedulers="a b"
clients="c1 c2"
faults=${FAULTS:-none kill-a kill-b kill-master kill-other freeze-a freeze-b freeze-master freeze-other partition-schedulers partition-schedulers-one-way \
cut-a cut-a-from-clients kill-both-in-turn kill-worker freeze-worker partition-worker rolling-restart upgrade empty-grid stop-all slow-network}

[ "$(id -u)" -eq 0 ] || die "network namespaces need root; run this as root on a machine of your own"
need_packages gcc libc6-dev bubblewrap util-linux iproute2 curl ca-certificates
[ -x "$dist" ] || die "there is no $dist: run bin/package, or set CACHEPOT_TREE to an installed tree"

# Not below /tmp: what a sandbox sees there is its own.
work=$(mktemp -d /var/tmp/cachepot-chaos.XXXXXX)
chmod 755 "$work" # the user of the sandboxes passes through
tag=cp$$
mkdir -p "$work/bin" "$work/run" "$work/src" "$work/expected"
gcc -std=c11 -D_DEFAULT_SOURCE -O2 -static -o "$work/bin/gcc" "$root/bench/sleepcc.c"
gcc -std=c11 -D_DEFAULT_SOURCE -O2 -o "$work/build" "$root/bench/build.c"

finish() {
    trap - EXIT INT TERM
    for node in $clients $workers $schedulers; do
        stop_node "$node" KILL
    done
    for node in $clients $workers $schedulers; do
        ip netns del "$tag-$node" 2>/dev/null || true
    done
    ip netns del "$tag-net" 2>/dev/null || true
    if [ -n "${KEEP:-}" ]; then
        echo "kept: $work" >&2
    else
        rm -rf "$work"
    fi
}
trap finish EXIT
trap 'finish; exit 130' INT TERM

# address NODE
address() {
    case $1 in
    a) echo 10.77.0.1 ;;
    b) echo 10.77.0.2 ;;
    w*) echo "10.77.0.1${1#w}" ;;
    c*) echo "10.77.0.2${1#c}" ;;
    esac
}

in_node() {
    node=$1
    shift
    ip netns exec "$tag-$node" "$@"
}

make_network() {
    ip netns add "$tag-net"
    ip -n "$tag-net" link add bridge type bridge
    ip -n "$tag-net" link set bridge up
    for node in $schedulers $workers $clients; do
        ip netns add "$tag-$node"
        ip -n "$tag-$node" link add eth type veth peer name "to-$node" netns "$tag-net"
        ip -n "$tag-net" link set "to-$node" master bridge up
        ip -n "$tag-$node" addr add "$(address "$node")/24" dev eth
        ip -n "$tag-$node" link set eth up
        ip -n "$tag-$node" link set lo up
    done
}

make_settings() {
    client_token=$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')
    worker_key=$(head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d =)
    "$dist" auth init-cluster --out "$work/ca" --name chaos >/dev/null
    for node in $schedulers; do
        "$dist" auth issue-node --authority "$work/ca" --role scheduler --name "$node" --out "$work/$node.tls" >/dev/null
        settings_of_scheduler "$node" >"$work/$node.conf"
    done
    "$dist" auth issue-node --authority "$work/ca" --role worker --name worker --out "$work/worker.tls" >/dev/null
    for node in $workers; do
        mkdir -p "$work/$node"
        token=$("$dist" auth generate-jwt-hs256-worker-token --worker "$(address "$node"):10501" --secret-key "$worker_key")
        settings_of_worker "$node" "$token" >"$work/$node.conf"
    done
    for node in $clients; do
        settings_of_client >"$work/$node.conf"
    done
    chmod 600 "$work"/*.conf
}

grid_tls() {
    cat <<END
[grid.tls]
authorities = "$work/ca/ca.pem"
certificate = "$work/$1.tls/$1.pem"
key = "$work/$1.tls/$1.key"
END
}

settings_of_scheduler() {
    cat <<END
public_addr = "http://$(address "$1"):10600"
[client_auth]
type = "token"
token = "$client_token"
[worker_auth]
type = "jwt_hs256"
secret_key = "$worker_key"
[grid]
cluster_name = "chaos"
bind_addr = "$(address "$1"):5701"
members = ["$(address a):5701", "$(address b):5701"]
END
    grid_tls "$1"
}

settings_of_worker() {
    cat <<END
public_addr = "$(address "$1"):10501"
cache_dir = "$work/$1/cache"
scheduler_url = ["http://$(address a):10600", "http://$(address b):10600"]
[builder]
type = "overlay"
build_dir = "$work/$1/build"
run_as_uid = 65534
[scheduler_auth]
type = "jwt_token"
token = "$2"
[limits]
jobs_max = $permits
[grid]
cluster_name = "chaos"
bind_addr = "$(address "$1"):5701"
members = ["$(address a):5701", "$(address b):5701"]
END
    grid_tls worker
}

settings_of_client() {
    cat <<END
[dist]
scheduler_url = ["http://$(address a):10600", "http://$(address b):10600"]
small_local = false
[dist.auth]
type = "token"
token = "$client_token"
END
}

# start_node NODE: schedulers and workers.
start_node() {
    role=worker
    case $1 in a | b) role=scheduler ;; esac
    CACHEPOT_NO_DAEMON=1 CACHEPOT_JAVA_OPTIONS="-Xmx192m" CACHEPOT_LOG=info ip netns exec "$tag-$1" "$dist" "$role" --config "$work/$1.conf" \
        >>"$work/$1.log" 2>&1 &
    echo $! >"$work/run/$1"
}

pid_of() {
    cat "$work/run/$1" 2>/dev/null || true
}

# stop_node NODE SIGNAL
stop_node() {
    pid=$(pid_of "$1")
    rm -f "$work/run/$1"
    if [ -n "$pid" ]; then
        kill -0 "$pid" 2>/dev/null || echo "$1 has ended by itself: $(tail -n 1 "$work/$1.log")" >&2
        kill -CONT "$pid" 2>/dev/null || true
        kill "-$2" "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    fi
}

# status NODE
status() {
    in_node "$1" curl -s -m 3 -H "Authorization: Bearer $client_token" "http://$(address "$1"):10600/api/v1/scheduler/status" || true
}

# field NAME JSON: a number or word at the top, or in the table grid.
field() {
    printf '%s' "$2" | sed -n "s/.*\"$1\":\"\{0,1\}\([a-z_0-9]*\).*/\1/p"
}

# settled: empty when both schedulers see all workers idle and the grid safe; else what is not so.
settled() {
    for node in $schedulers; do
        seen=$(status "$node")
        [ "$(field num_servers "$seen")" = "$(echo "$workers" | wc -w)" ] || echo "$node sees $(field num_servers "$seen") workers"
        [ "$(field in_progress "$seen")" = 0 ] || echo "$node sees $(field in_progress "$seen") permits taken"
        case $seen in *'"state":"safe"'*) ;; *) echo "$node: the grid is not safe" ;; esac
        case $seen in *"is_master\":true,\"role\":\"worker"*) echo "$node: a worker leads" ;; esac
    done
}

# await_settled SECONDS: prints what is wrong at the end.
await_settled() {
    seconds=0
    wrong=$(settled)
    while [ -n "$wrong" ] && [ "$seconds" -lt "$1" ]; do
        sleep 1
        seconds=$((seconds + 1))
        wrong=$(settled)
    done
    printf '%s' "$wrong" | tr '\n' ';'
}

master() {
    case $(status a) in *"\"is_local\":true,\"is_master\":true"*) echo a ;; *) echo b ;; esac
}

other_than() {
    if [ "$1" = a ]; then echo b; else echo a; fi
}

cut_off() {
    ip -n "$tag-net" link set "to-$1" down
}

reconnect() {
    ip -n "$tag-net" link set "to-$1" up
    ip netns exec "$tag-$1" tc qdisc del dev eth root 2>/dev/null || true
    ip -n "$tag-$1" neigh flush dev eth nud permanent
}

# drop_to NODE TO...: what NODE sends to these is lost on the way; a hardware address that nobody has needs no module of the kernel.
drop_to() {
    node=$1
    shift
    for to in "$@"; do
        ip -n "$tag-$node" neigh replace "$(address "$to")" lladdr 02:00:00:00:00:99 nud permanent dev eth
    done
}

# slow_down NODE: 30 ms, 1 % loss and 20 Mbit/s; the last alone where the kernel has no netem.
slow_down() {
    ip netns exec "$tag-$1" tc qdisc add dev eth root netem delay 30ms 5ms loss 1% rate 20mbit 2>/dev/null ||
        ip netns exec "$tag-$1" tc qdisc add dev eth root tbf rate 20mbit burst 64kb latency 400ms
}

freeze() {
    kill -STOP "$(pid_of "$1")"
    sleep 12
    kill -CONT "$(pid_of "$1")"
}

killed_for() {
    stop_node "$1" KILL
    sleep "$2"
    start_node "$1"
}

# await_ready SCHEDULER: as who restarts a pair one after the other does, at most 60 s.
await_ready() {
    seconds=0
    until in_node "$1" curl -fs -m 2 -o "$work/ready" "http://$(address "$1"):10600/readyz" || [ "$seconds" -ge 60 ]; do
        sleep 1
        seconds=$((seconds + 1))
    done
}

# fault NAME: breaks something, and mends it in the end.
fault() {
    case $1 in
    none) ;;
    kill-a) killed_for a 5 ;;
    kill-b) killed_for b 5 ;;
    kill-master) killed_for "$(master)" 5 ;;
    kill-other) killed_for "$(other_than "$(master)")" 5 ;;
    freeze-a) freeze a ;;
    freeze-b) freeze b ;;
    freeze-master) freeze "$(master)" ;;
    freeze-other) freeze "$(other_than "$(master)")" ;;
    partition-schedulers)
        drop_to a b
        drop_to b a
        sleep 12
        reconnect a
        reconnect b
        ;;
    partition-schedulers-one-way)
        drop_to a b
        sleep 12
        reconnect a
        ;;
    cut-a)
        cut_off a
        sleep 12
        reconnect a
        ;;
    cut-a-from-clients)
        drop_to a c1 c2
        sleep 12
        reconnect a
        ;;
    kill-both-in-turn)
        killed_for a 3
        await_ready a
        killed_for b 3
        ;;
    kill-worker) killed_for w1 5 ;;
    freeze-worker) freeze w1 ;;
    partition-worker)
        cut_off w1
        sleep 12
        reconnect w1
        ;;
    rolling-restart)
        stop_node a TERM
        start_node a
        await_ready a
        stop_node b TERM
        start_node b
        ;;
    upgrade)
        # A release whose grid does not understand the old one's gets another name.
        generation=$((${generation:-0} + 1))
        for node in $schedulers; do
            stop_node "$node" TERM
            sed -i "s/^cluster_name = .*/cluster_name = \"chaos-$generation\"/" "$work/$node.conf"
            start_node "$node"
            await_ready "$node"
        done
        for node in $workers; do
            stop_node "$node" TERM
            start_node "$node"
            sleep 2
        done
        ;;
    empty-grid)
        stop_node a KILL
        stop_node b KILL
        start_node a
        start_node b
        ;;
    stop-all)
        for node in $schedulers $workers; do
            stop_node "$node" TERM
        done
        for node in $schedulers $workers; do
            start_node "$node"
        done
        ;;
    slow-network)
        for node in a w1; do
            slow_down "$node"
        done
        sleep 15
        reconnect a
        reconnect w1
        ;;
    *) die "no fault is called '$1'" ;;
    esac
}

client_environment() {
    echo "CACHEPOT_CONF=$work/$1.conf CACHEPOT_DIR=$work/$1/cache CACHEPOT_COORDINATOR_SOCKET=$work/$1/socket" \
        "CACHEPOT_ERROR_LOG=$work/$1.log CACHEPOT_LOG=info XDG_CACHE_HOME=$work/$1/xdg CACHEPOT_RECACHE=1 HOSTNAME=$1" \
        "HOME=$work/$1"
}

cachepot_of() {
    client=$1
    shift
    # shellcheck disable=SC2046 # words
    ip netns exec "$tag-$client" env $(client_environment "$client") "$tree/bin/cachepot" "$@"
}

# start_build CLIENT: in the background.
start_build() {
    rm -f "$work/$1/src"/*.o "$work/$1/log"
    build "$1" "$jobs" "$work/$1/log" "$work/$1/src" "$work/bin/gcc" "-DSLEEP_PERCENT=$percent" &
    echo $! >"$work/run/build-$1"
}

# build CLIENT JOBS LOG DIRECTORY COMMAND...
build() {
    client=$1 build_jobs=$2 log=$3 sources=$4
    shift 4
    # shellcheck disable=SC2046 # words
    ip netns exec "$tag-$client" env $(client_environment "$client") timeout 240 "$work/build" "$build_jobs" "$log" "$sources" \
        "$tree/bin/cachepot" "$@" >>"$work/$client.out" 2>&1
}

# start_real: real sources, over and over until end_real; each pass whole.
real=$work/c1/lua
start_real() {
    rm -f "$work/run/enough"
    : >"$work/real.log"
    : >"$work/real.wrong"
    while :; do
        rm -f "$real"/*.o
        # shellcheck disable=SC2086 # words
        build c1 2 "$work/real.pass" "$real" $real_command || true
        cat "$work/real.pass" >>"$work/real.log"
        differing "$work/expected-lua" "$real" >>"$work/real.wrong"
        if [ -e "$work/run/enough" ]; then
            break
        fi
    done &
    echo $! >"$work/run/real"
}

end_real() {
    : >"$work/run/enough"
    wait "$(pid_of real)" || true
    rm -f "$work/run/real"
}

# differing EXPECTED DIRECTORY: the objects that are not what they should be.
differing() {
    for object in "$1"/*.o; do
        cmp -s "$object" "$2/$(basename "$object")" || echo "$2/$(basename "$object")"
    done
}

done_units() {
    cat "$work"/c?/log 2>/dev/null | wc -l
}

# number JSON PATTERN: the sum of what dist_compiles holds, or one counter.
remote_of() {
    cachepot_of "$1" --show-stats --stats-format json 2>/dev/null | sum_remote
}

# run FAULT: one build with it; prints a row.
run() {
    before=$(await_settled 60)
    [ -z "$before" ] || echo "not settled before $1: $before" >&2
    remote_before=$(($(remote_of c1) + $(remote_of c2)))
    for client in $clients; do
        start_build "$client"
    done
    while [ "$(done_units)" -lt $((units / 2)) ] && [ "$(done_units)" -lt $((2 * units)) ]; do
        sleep 0.2
    done
    start_real
    fault "$1"
    end_real
    for client in $clients; do
        wait "$(pid_of "build-$client")" || true
        rm -f "$work/run/build-$client"
    done
    after=$(await_settled 60)
    remote=$(($(remote_of c1) + $(remote_of c2) - remote_before))
    for client in $clients; do
        differing "$work/expected" "$work/$client/src"
    done | cat - "$work/real.wrong" >"$work/wrong"
    sed 's/^/not the object it should be: /' "$work/wrong" >&2
    # A stall is what a compile took beyond its own sleep: of the sleeping ones, since a real one's time is not known.
    cat "$work"/c?/log | sort | awk -v ideal="$work/ideal" -v fault="$1" -v wrong="$(wc -l <"$work/wrong")" -v all=$((2 * units)) \
        -v real="$(wc -l <"$work/real.log")" -v real_failed="$(grep -c -v ' 0$' "$work/real.log")" -v remote="$remote" -v after="${after:-yes}" '
        BEGIN { while ((getline line < ideal) > 0) { split(line, f, " "); sleep[f[1]] = f[2] } }
        { failed += $4 != 0; stall[NR] = $3 - $2 - sleep[$1]; if ($3 > end) end = $3 }
        END {
            n = asort_(stall, NR)
            printf "| %s | %d | %d | %d | %d | %.2f | %.2f | %.2f | %.1f | %s |\n", fault, all + real, failed + all - NR + real_failed, \
                wrong, all + real - remote, stall[int(NR / 2)] / 1000, stall[int(NR * 0.99)] / 1000, stall[NR] / 1000, end / 1000, after
        }
        function asort_(a, n, i, j, t) {
            for (i = 2; i <= n; i++) { t = a[i]; for (j = i - 1; j > 0 && a[j] > t; j--) a[j + 1] = a[j]; a[j + 1] = t }
            return n
        }'
}

say "making namespaces, certificates and $((2 * units)) units in $work"
make_network
make_settings
number=0
while [ "$number" -lt "$units" ]; do
    number=$((number + 1))
    echo "int unit_$number;" >"$work/src/u$number.c"
done
# What each compile should take and give.
"$work/build" 256 "$work/ideal.log" "$work/src" "$work/bin/gcc" "-DSLEEP_PERCENT=$percent"
awk '{ print $1, $3 - $2 }' "$work/ideal.log" >"$work/ideal"
mv "$work/src"/*.o "$work/expected/"
for client in $clients; do
    mkdir -p "$work/$client"
    cp -r "$work/src" "$work/$client/src"
done
fetch_lua "$work/unpacked"
real_command="gcc -O2 -g -DLUA_USE_LINUX"
mv "$work/unpacked/src" "$real"
# shellcheck disable=SC2086 # words
"$work/build" "$(nproc)" "$work/real.pass" "$real" $real_command || die "the plain compiler does not build Lua"
mkdir "$work/expected-lua"
mv "$real"/*.o "$work/expected-lua/"
say "starting 2 schedulers and $(echo "$workers" | wc -w) workers of $permits permits"
for node in $schedulers $workers; do
    start_node "$node"
    sleep 1
done
wrong=$(await_settled 90)
[ -z "$wrong" ] || say "the cluster is not whole: $wrong"
for client in $clients; do
    cachepot_of "$client" --start-coordinator >/dev/null
done

echo "| fault | compiles | failed | wrong objects | at home | stall p50 s | p99 s | max s | build s | state afterwards as it should be |"
echo "|---|---|---|---|---|---|---|---|---|---|"
round=0
while [ "$round" -lt "$repeat" ]; do
    round=$((round + 1))
    for each in $faults; do
        run "$each"
    done
done
