# shellcheck shell=sh
# What the programs beside this file share. Sourced, not run.
# shellcheck disable=SC2034 # variables shared with who sources this
# shellcheck source-path=SCRIPTDIR source=../bin/setup.sh
. "$(dirname "$0")/../bin/setup.sh"

tree=${CACHEPOT_TREE:-$root/target/cachepot}
rounds=${ROUNDS:-31}
jobs=${JOBS:-$(nproc)}
compiler=${CC:-gcc}
cachepot=$tree/bin/cachepot

need_packages gcc libc6-dev make ccache sccache curl ca-certificates
[ -x "$cachepot" ] || die "there is no $cachepot: run bin/package, or set CACHEPOT_TREE to an installed tree"

work=$(mktemp -d)
node=
finish() {
    trap - EXIT INT TERM
    "$cachepot" --stop-coordinator >/dev/null 2>&1 || true
    sccache --stop-server >/dev/null 2>&1 || true
    if [ -n "$node" ]; then
        kill "$node" 2>/dev/null || true
        wait "$node" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT
trap 'finish; exit 130' INT TERM

# Each contestant gets a cache of its own and default settings, but that ccache is asked for its direct mode by name.
export HOME="$work" XDG_CONFIG_HOME="$work/config" XDG_CACHE_HOME="$work/cache" XDG_RUNTIME_DIR="$work/run"
export CACHEPOT_DIR="$work/cachepot" CACHEPOT_COORDINATOR_SOCKET="$work/c.sock" CACHEPOT_ERROR_LOG="$work/c.log"
export CCACHE_DIR="$work/ccache" CCACHE_DIRECT=1
export SCCACHE_DIR="$work/sccache" SCCACHE_SERVER_PORT="${SCCACHE_SERVER_PORT:-14226}"
unset CACHEPOT_CONF CACHEPOT_SCHEDULER_URL CCACHE_CONFIGPATH SCCACHE_CONF CCACHE_DISABLE
mkdir -p "$work/run"
chmod 700 "$work/run"

"$compiler" -std=c11 -O2 -Wall -Wextra -Werror -o "$work/pairs" "$root/bench/pairs.c"

# about: what these figures were taken on.
about() {
    echo "machine: $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
    echo "load before: $(cut -d' ' -f1-3 /proc/loadavg); kernel $(uname -r)"
    echo "versions: $("$cachepot" --version); $(ccache --version | head -n 1); $(sccache --version); $("$compiler" --version | head -n 1)"
    echo
}

# coordinator_pid, sccache_pid: the daemons of this run.
coordinator_pid() {
    pid_of "coordinator.Main --socket $CACHEPOT_COORDINATOR_SOCKET"
}
sccache_pid() {
    pid_of "^$(command -v sccache)"
}
pid_of() {
    for process in /proc/[0-9]*; do
        if { tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null | grep -q -- "$1"; then
            basename "$process"
        fi
    done | tail -n 1
}
