#!/bin/sh
# Builds the wrapper: build.sh OUTDIR [--sanitize] [--version V]
set -eu

here=$(cd "$(dirname "$0")" && pwd)
out=$1
shift
version=development
sanitize=
while [ $# -gt 0 ]; do
    case $1 in
    --sanitize) sanitize=yes ;;
    --version) version=$2 && shift ;;
    *) echo "build.sh: error: '$1' is not known, expected --sanitize or --version V" >&2 && exit 2 ;;
    esac
    shift
done

cc=${CC:-cc}
warnings='-Wall -Wextra -Werror -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes'
mkdir -p "$out"

# shellcheck disable=SC2086 # the lists of flags are meant to be split
compile() {
    $cc -std=c11 -D_GNU_SOURCE -O2 $warnings -DCACHEPOT_VERSION="\"$version\"" "$@" "$here"/*.c
}

if [ -n "$sanitize" ]; then
    compile -g -fsanitize=address,undefined -fno-sanitize-recover -o "$out/cachepot-sanitized"
    exit 0
fi
# A static program starts twice as fast; some systems have no static libc.
compile -static -o "$out/cachepot.new" 2>/dev/null || compile -o "$out/cachepot.new"
strip "$out/cachepot.new" 2>/dev/null || true
mv "$out/cachepot.new" "$out/cachepot"
