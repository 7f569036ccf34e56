#!/bin/sh
# Random programs of csmith under random flags: the plain compiler, cachepot for the first time, and cachepot once more have to
# leave the same files, print the same and end the same. csmith.sh [PROGRAMS [SEED]]; 500 programs and a random seed by default.
# Lines of diagnostics are sorted, for clang prints some of them in the order of addresses. Where the plain compiler differs from
# itself all the same (gcc draws an id for -gsplit-dwarf) the second run has to repeat the first.
set -eu
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "$0")/setup.sh"

programs=${1:-500}
seed=${2:-$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}
need_packages csmith libcsmith-dev clang
headers=$(dirname "$(dpkg -L libcsmith-dev | grep '/csmith.h$')")
echo "csmith.sh: $programs programs, seed $seed"

# next LIMIT: a number from 0 on below LIMIT, the next of this run's; in $number. No shell has a generator of its own.
state=$seed
next() {
    state=$(((state * 1103515245 + 12345) % 2147483648))
    number=$((state / 65536 % $1))
}
# some FLAG...: one of them, in $chosen; '-' stands for none.
some() {
    next $#
    shift "$number"
    chosen=$1
    [ "$chosen" != - ] || chosen=
}

left() {
    (cd "$work/build" && find . -type f -exec sha256sum {} + | sort -k 2 && stat -c '%A %n' ./* && sort "$work/said" && echo "exit $status")
}
# try NAME COMMAND...: runs it in an empty directory and keeps what it left in NAME.
try() {
    name=$1
    shift
    rm -rf "$work/build"
    mkdir "$work/build"
    status=0
    (cd "$work/build" && exec timeout 120 "$@") >"$work/said" 2>&1 || status=$?
    left >"$work/$name"
}

"$cachepot" --start-coordinator >/dev/null
differ=0
drawn=0
failed=0
done=0
while [ "$done" -lt "$programs" ]; do
    next 1000000000
    program_seed=$number$done
    # Some of its programs are never done.
    # It leaves a file about the machine where it is run.
    (cd "$work" && exec timeout 20 csmith --seed "$program_seed" --max-funcs 4 --max-block-depth 3) >"$work/p.c" 2>/dev/null || {
        done=$((done + 1))
        failed=$((failed + 1))
        continue
    }
    some gcc clang gcc clang gcc
    flags=$chosen
    for choice in '-O0 -O1 -O2 -O3 -Os -Og' '- -g -g1 -g3 -ggdb -gdwarf-4' '- -Wall -w -Wextra -Wall' '- -fPIC -fno-common -ffunction-sections' \
        '- -MD -MMD -MD' '- -fstack-usage -save-temps=obj -gsplit-dwarf -ftest-coverage' '-std=gnu11 -std=c99 -std=gnu17' \
        '- -march=native -mtune=generic -m64' '- -fno-inline -fwrapv -fno-strict-aliasing -flto -fsanitize=undefined'; do
        # shellcheck disable=SC2086 # a list of words
        some $choice
        flags="$flags $chosen"
    done
    some -c -c -c -S
    # Without a seed gcc draws one, and the plain compiler differs from itself.
    # What is not cached can not repeat what was drawn.
    case $flags in
    *-gsplit-dwarf*) chosen=-c ;;
    esac
    flags="$flags -frandom-seed=1 -I$headers $chosen ../p.c -o p.out"
    case $flags in
    clang*save-temps* | clang*ftest-coverage*) flags="$flags -w" ;;
    esac
    # shellcheck disable=SC2086 # a command of words
    {
        try plain $flags
        try again $flags
        try first "$cachepot" $flags
        try second "$cachepot" $flags
    }
    model=plain
    if ! cmp -s "$work/plain" "$work/again"; then
        drawn=$((drawn + 1))
        model=first
    fi
    for run in first second; do
        if ! cmp -s "$work/$model" "$work/$run"; then
            differ=$((differ + 1))
            echo "csmith.sh: $run differs: csmith --seed $program_seed --max-funcs 4 --max-block-depth 3; $flags"
            diff "$work/$model" "$work/$run" | head -n 6
        fi
    done
    done=$((done + 1))
    [ $((done % 50)) -ne 0 ] || echo "csmith.sh: $done programs, $differ differences"
done
"$cachepot" --show-stats | grep -E '^(Compile requests|Cache (hits|misses)|Non-cacheable|Compilation failures)' || true
echo "csmith.sh: $done programs ($failed not made in time, $drawn where the compiler differs from itself), $differ differences"
[ "$differ" -eq 0 ]
