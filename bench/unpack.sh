#!/bin/sh
# How fast a worker unpacks a toolchain, with its checks and the archive's digest, against tar: gcc's and clang's, as zstd and gzip.
# usage: [ROUNDS=7] bench/unpack.sh
set -eu
# shellcheck source-path=SCRIPTDIR source=../bin/setup.sh
. "$(dirname "$0")/../bin/setup.sh"

tree=${CACHEPOT_TREE:-$root/target/cachepot}
rounds=${ROUNDS:-7}
need_packages gcc clang zstd tar gzip
[ -x "$tree/bin/cachepot" ] || die "there is no $tree: run bin/package, or set CACHEPOT_TREE to an installed tree"
need_jdk
work=$(mktemp -d /var/tmp/cachepot-unpack.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'rm -rf "$work"; exit 130' INT TERM

for compiler in gcc clang; do
    "$tree/bin/cachepot" --package-toolchain "$(command -v $compiler)" "$work/$compiler.tar.gz" >/dev/null
    gzip -dc "$work/$compiler.tar.gz" | zstd -q -o "$work/$compiler.tar.zst"
done
echo "machine: $(nproc) processors, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1); load before: $(cut -d' ' -f1-3 /proc/loadavg)"
mkdir "$work/classes"
classes="$tree/lib/cachepot/node/*"
"$JAVA_HOME/bin/javac" -d "$work/classes" -cp "$classes" -proc:none "$root/bench/UnpackBench.java"
"$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx128m --enable-native-access=ALL-UNNAMED -cp "$work/classes:$classes" UnpackBench "$rounds" "$work" \
    "$work/gcc.tar.zst" "$work/gcc.tar.gz" "$work/clang.tar.zst" "$work/clang.tar.gz"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
