# shellcheck shell=sh
# What the commands beside this file need before they can work. Sourced, not run.

JDK_VERSION_MIN=25
root=$(cd "$(dirname "$0")/.." && pwd)

say() {
    echo "$(basename "$0"): $*" >&2
}

die() {
    say "error: $*"
    exit 2
}

# jdk_version DIR: prints its major version if DIR is a JDK, not just a runtime.
jdk_version() {
    [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Prints the directory of a JDK that is new enough: JAVA_HOME, that on PATH, the system's.
find_jdk() {
    on_path=
    if command -v javac >/dev/null 2>&1; then
        on_path=$(dirname "$(dirname "$(readlink -f "$(command -v javac)")")")
    fi
    for home in "${JAVA_HOME:-}" "$on_path" /usr/lib/jvm/* /opt/*jdk* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
        version=$(jdk_version "$home")
        if [ -n "$version" ] && [ "$version" -ge "$JDK_VERSION_MIN" ]; then
            echo "$home"
            return
        fi
    done
}

# need_packages NAME...: installs those Debian packages that are missing, or says how.
need_packages() {
    missing=
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
            missing="$missing $package"
    done
    [ -n "$missing" ] || return 0
    if ! command -v apt-get >/dev/null 2>&1; then
        die "these programs are needed and this system has no apt-get to install them:$missing"
    fi
    if [ "$(id -u)" -ne 0 ]; then
        die "some packages are missing, install them with: sudo apt-get install --no-install-recommends$missing"
    fi
    say "installing$missing"
    # shellcheck disable=SC2086 # a list of names
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y install --no-install-recommends $missing; } >/dev/null ||
        die "apt-get could not install$missing"
}

# A package only where neither a JDK is there nor somebody brought one.
need_jdk() {
    jdk=$(find_jdk)
    if [ -z "$jdk" ] && command -v apt-get >/dev/null 2>&1; then
        name=openjdk-$JDK_VERSION_MIN-jdk-headless
        if [ "$(id -u)" -eq 0 ]; then
            apt-get -qq update >/dev/null 2>&1 || true
        fi
        if apt-cache show "$name" >/dev/null 2>&1; then
            need_packages "$name"
            jdk=$(find_jdk)
        fi
    fi
    [ -n "$jdk" ] ||
        die "a JDK $JDK_VERSION_MIN or later is missing: install one (https://adoptium.net has packages) or set JAVA_HOME to its directory"
    JAVA_HOME=$jdk
    export JAVA_HOME
}

MIRRORS='http://deb.debian.org/debian https://deb.debian.org/debian http://archive.debian.org/debian'

# fetch_source POOL-PATH SHA256: a source archive of Debian's, into target/sources; sets $source.
fetch_source() {
    source=$root/target/sources/$(basename "$1")
    mkdir -p "$root/target/sources"
    for mirror in $MIRRORS; do
        if is_source "$2"; then
            return 0
        fi
        curl -fsSL --connect-timeout 10 -o "$source" "$mirror/pool/main/$1" 2>/dev/null || rm -f "$source"
    done
    is_source "$2" ||
        die "cannot fetch $(basename "$1") with SHA-256 $2 from any of: $MIRRORS; is this machine online?"
}

# fetch_lua DIRECTORY: unpacks Lua 5.4.4 into it.
fetch_lua() {
    fetch_source l/lua5.4/lua5.4_5.4.4.orig.tar.gz 164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61
    mkdir -p "$1"
    tar -C "$1" -xf "$source" --strip-components 1
}

# start_dev TREE JOBS: a cluster in one process, its client's settings in $CACHEPOT_CONF; logs are in $work; sets $node.
start_dev() {
    # shellcheck disable=SC2154 # set by who calls this
    "$1/bin/cachepot-dist" dev --jobs "$2" --config-out "$CACHEPOT_CONF" >"$work/node.out" 2>"$work/node.log" &
    node=$!
    tries=0
    until grep -q 'cluster is ready' "$work/node.out" 2>/dev/null; do
        tries=$((tries + 1))
        if ! kill -0 "$node" 2>/dev/null || [ "$tries" -gt 300 ]; then
            cat "$work/node.log" >&2
            die "the cluster did not start, see above"
        fi
        sleep 0.2
    done
}

# send_all: also small compiles go to workers, for figures that count them; before the coordinator starts.
send_all() {
    sed 's/^\[dist\]$/&\nsmall_local = false/' "$CACHEPOT_CONF" >"$CACHEPOT_CONF.new"
    chmod 600 "$CACHEPOT_CONF.new"
    mv "$CACHEPOT_CONF.new" "$CACHEPOT_CONF"
}

# sum_remote: of the statistics in JSON on standard input, how many compiles workers did.
sum_remote() {
    sed -n 's/.*"dist_compiles":{\([^}]*\)}.*/\1/p' | tr ',' '\n' | sed 's/.*://' | awk '{ sum += $1 } END { print sum + 0 }'
}

is_source() {
    [ -r "$source" ] && echo "$1  $source" | sha256sum --check --status
}

# maven ARGUMENT...: the build, quiet unless something is wrong.
maven() {
    (cd "$root" && ./mvnw -B "$@")
}
