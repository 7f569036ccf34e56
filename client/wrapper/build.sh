#!/bin/sh
# Builds the wrapper into OUTDIR: `cachepot`, or with --sanitize `cachepot-sanitized`, which checks itself as it runs.
# usage: build.sh OUTDIR [--sanitize] [--version V]
set -eu

sources=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: build.sh OUTDIR [--sanitize] [--version V]}
shift
name=cachepot
version=unknown
while [ $# -gt 0 ]; do
    case $1 in
        --sanitize) name=cachepot-sanitized ;;
        --version)
            version=${2:?--version needs a value}
            shift
            ;;
        *)
            echo "build.sh: unknown option $1, expected --sanitize or --version V" >&2
            exit 2
            ;;
    esac
    shift
done

compile() {
    # The new file takes the old one's place at once: a wrapper that is running, or that another build calls, is left alone.
    "${CC:-cc}" -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Wshadow -Wconversion -Wstrict-prototypes \
        "-DCACHEPOT_VERSION=\"$version\"" "$@" -o "$out/.$name.$$" "$sources"/*.c &&
        mv -f "$out/.$name.$$" "$out/$name"
}

mkdir -p "$out"
trap 'rm -f "$out/.$name.$$" "$out/.$name.$$.log"' EXIT
if [ "$name" = cachepot-sanitized ]; then
    compile -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
elif ! compile -O2 -static 2>"$out/.$name.$$.log"; then
    # A static one starts twice as fast, but not every system has a static libc.
    compile -O2
fi
