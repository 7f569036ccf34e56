#!/bin/sh
# What the sandbox costs over fork and exec, and against an overlay mount and a bubblewrap for each job, as sccache does: one at a
# time, and jobs a second with four at once. A job is `true`, or gcc on a small file. Needs root, for the overlay.
# usage: [ROUNDS=5] [COUNT=200] bench/sandbox.sh
set -eu
# shellcheck source-path=SCRIPTDIR source=../bin/setup.sh
. "$(dirname "$0")/../bin/setup.sh"

tree=${CACHEPOT_TREE:-$root/target/cachepot}
rounds=${ROUNDS:-5}
count=${COUNT:-200}
[ "$(id -u)" -eq 0 ] || die "an overlay mount needs root; run this as root on a machine of your own"
need_packages gcc libc6-dev bubblewrap util-linux zstd
[ -x "$tree/bin/cachepot" ] || die "there is no $tree: run bin/package, or set CACHEPOT_TREE to an installed tree"
need_jdk
# Not below /tmp: what a sandbox sees there is its own.
work=$(mktemp -d /var/tmp/cachepot-sandbox.XXXXXX)
chmod 755 "$work"
pids=
finish() {
    trap - EXIT INT TERM
    for pid in $pids; do
        kill "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap finish EXIT
trap 'finish; exit 130' INT TERM

mkdir -p "$work/classes" "$work/tc/usr/include" "$work/jobs"
classes="$tree/lib/cachepot/node/*"
"$JAVA_HOME/bin/javac" -d "$work/classes" -cp "$classes" -proc:none "$root/bench/SandboxBench.java"
gcc -std=c11 -O2 -Wall -Wextra -Werror -o "$work/spawn" "$root/bench/spawn.c"
"$tree/bin/cachepot" --package-toolchain "$(command -v gcc)" "$work/gcc.tar.gz" >/dev/null
tar -xf "$work/gcc.tar.gz" -C "$work/tc"
cp /usr/bin/true "$work/tc/usr/bin/true"
{
    number=0
    while [ "$number" -lt 12 ]; do
        number=$((number + 1))
        echo "int f$number(int x) { for (int i = 0; i < x; i++) x += i * $number; return x; }"
    done
} >"$work/a.c"
chmod 644 "$work/a.c"

# serve NAME KIND: a JVM that measures what it is told to by $work/NAME.in, into $work/NAME.out.
serve() {
    mkfifo "$work/$1.in" "$work/$1.out"
    "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx128m --enable-native-access=ALL-UNNAMED -cp "$work/classes:$classes" SandboxBench "$2" \
        "$tree/lib/cachepot/cachepot-sandbox-host" "$work/tc" "$work/build-$1" "$work/a.c" <"$work/$1.in" >"$work/$1.out" &
    pids="$pids $!"
}
serve hosted hosted
exec 5>"$work/hosted.in" 6<"$work/hosted.out"
serve single single
exec 7>"$work/single.in" 8<"$work/single.out"

# one HOW JOBS WHAT
one() {
    case $3 in
    true) command=/usr/bin/true ;;
    *) command="/usr/bin/gcc -O2 -c $work/a.c -o $work/out.o" ;;
    esac
    # shellcheck disable=SC2086 # words
    case $1 in
    bare) "$work/spawn" "$count" "$2" $command ;;
    overlay)
        cp "$work/a.c" "$work/tc/a.c"
        mkdir -p "$work/tc/out"
        [ "$3" = true ] || command="/usr/bin/gcc -O2 -c /a.c -o /out/a.o"
        "$work/spawn" -o "$work/tc" "$work/jobs" "$count" "$2" $command
        ;;
    hosted)
        echo "$count $2 $3" >&5
        read -r line <&6
        echo "$line"
        ;;
    single)
        echo "$count $2 $3" >&7
        read -r line <&8
        echo "$line"
        ;;
    esac
}

median() {
    sort -n | awk '{ a[NR] = $1 } END { print a[int((NR + 1) / 2)] }'
}

echo "machine: $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg); $rounds rounds of $count, medians"
for what in true gcc; do
    for jobs in 1 4; do
        round=0
        while [ "$round" -lt "$rounds" ]; do
            round=$((round + 1))
            for how in bare hosted single overlay; do
                one "$how" "$jobs" "$what" >>"$work/$what.$jobs.$how"
            done
        done
        for how in bare hosted single overlay; do
            printf '%-5s %d at once  %-8s %8.2f ms  %8.1f a second\n' "$what" "$jobs" "$how" \
                "$(awk '{ print $1 / 1000 }' "$work/$what.$jobs.$how" | median)" "$(awk '{ print $2 }' "$work/$what.$jobs.$how" | median)"
        done
    done
done
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
