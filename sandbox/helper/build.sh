#!/bin/sh
# Builds the sandbox host into OUTDIR: `cachepot-sandbox-host`. It runs where nothing but a toolchain is, so it is static.
# usage: build.sh OUTDIR
set -eu

sources=$(cd "$(dirname "$0")" && pwd)
out=${1:?usage: build.sh OUTDIR}
mkdir -p "$out"
"${CC:-cc}" -std=c11 -O2 -static -Wall -Wextra -Werror -Wshadow -Wconversion -Wstrict-prototypes \
    -o "$out/.host.$$" "$sources/host.c"
mv -f "$out/.host.$$" "$out/cachepot-sandbox-host"
