#!/bin/sh
# Real projects, built by the plain compiler and through cachepot: cold, warm (the tree unpacked anew, all from the cache) and
# relocated (the tree at another place below the base directory). Objects, lists of dependencies and the rest that compilers write
# must be the plain build's in each case.
# usage: [JOBS=2] bench/projects.sh [lua|zlib|zstd|busybox|curl|fmt|yaml...]
set -eu
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "$0")/setup.sh"
need_packages g++ cmake ninja-build bzip2 xz-utils perl

# Each builds in the current directory, with whatever gcc is on PATH; $launcher is for CMake, which takes the compiler by its path.
lua_() {
    make -j"$jobs" linux
}
zlib_() {
    ./configure && make -j"$jobs"
}
zstd_() {
    make -j"$jobs" -C lib lib-nomt
}
# Kernel style: -Wp,-MD and a .cmd file for each object.
busybox_() {
    export KCONFIG_NOTIMESTAMP=1
    make allnoconfig && sed -i -e 's/^# CONFIG_\(ASH\|SED\|AWK\|GREP\|FIND\|TAR\|GUNZIP\|VI\|LS\|CP\|SORT\|HEXDUMP\|WGET\) is not set/CONFIG_\1=y/' .config
    yes '' | make oldconfig && make -j"$jobs" busybox_unstripped
}
curl_() {
    ./configure --without-ssl --without-libpsl --without-brotli --without-zstd --without-zlib --disable-ldap --disable-shared \
        --disable-manual && make -j"$jobs" -C lib
}
# As C++20, whose features it uses.
fmt_() {
    cmake_ -DCMAKE_CXX_STANDARD=20 -DFMT_TEST=OFF -DFMT_DOC=OFF
}
yaml_() {
    cmake_ -DCMAKE_CXX_STANDARD=20 -DYAML_CPP_BUILD_TESTS=OFF
}
cmake_() {
    cmake -S . -B build -G Ninja -DCMAKE_C_COMPILER="$real/gcc" -DCMAKE_CXX_COMPILER="$real/g++" \
        ${launcher:+-DCMAKE_C_COMPILER_LAUNCHER="$launcher" -DCMAKE_CXX_COMPILER_LAUNCHER="$launcher"} "$@" &&
        ninja -j"$jobs" -C build
}

archive_of() { case $1 in
    lua) echo l/lua5.4/lua5.4_5.4.4.orig.tar.gz 164c7849653b80ae67bec4b7473b884bf5cc8d2dca05653475ec2ed27b9ebf61 ;;
    zlib) echo z/zlib/zlib_1.2.13.dfsg.orig.tar.bz2 71feb7947e3c00ef125f83b79a4e529bde31171e5babe48b391f06758d1ab0a1 ;;
    zstd) echo libz/libzstd/libzstd_1.5.4+dfsg2.orig.tar.xz 8cf4bbb65e77ec348d052c8d6230eba66d435bddf64c8b5be2fcb16880c19953 ;;
    busybox) echo b/busybox/busybox_1.35.0.orig.tar.bz2 faeeb244c35a348a334f4a59e44626ee870fb07b6884d68c10ae8bc19f83a694 ;;
    curl) echo c/curl/curl_7.88.1.orig.tar.gz cdb38b72e36bc5d33d5b8810f8018ece1baa29a8f215b4495e495ded82bbf3c7 ;;
    fmt) echo f/fmtlib/fmtlib_9.1.0+ds1.orig.tar.gz 84ce1c2d0be3a9863935137969dcec6970125caac032f82474640bfc81463583 ;;
    yaml) echo y/yaml-cpp/yaml-cpp_0.7.0+dfsg.orig.tar.xz dc63708605404e0b963e0ca3a9619d1c8270eda2839603e6fa0384e5e51e5312 ;;
    *) die "no project '$1'; there are lua, zlib, zstd, busybox, curl, fmt, yaml" ;;
esac }

real=$(dirname "$(command -v gcc)")
mkdir "$work/bin"
for name in gcc cc g++ c++; do
    ln -s "$cachepot" "$work/bin/$name"
done

milliseconds() {
    echo $(($(date +%s%N) / 1000000))
}

# build NAME PLACE HOW: unpacks and builds; sets $took in milliseconds.
build() {
    rm -rf "$2"
    mkdir -p "$2"
    tar xf "$source" -C "$2" --strip-components 1
    began=$(milliseconds)
    (
        cd "$2"
        launcher=''
        if [ "$3" = cachepot ]; then
            PATH=$work/bin:$PATH launcher=$cachepot
        fi
        "$1_"
    ) >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; die "$1 does not build"; }
    took=$(($(milliseconds) - began))
}

# What compilers write, and what is made of it: digests by name.
products() {
    (cd "$1" && find . -type f \( -name '*.o' -o -name '*.lo' -o -name '*.d' -o -name '*.Po' -o -name '*.Plo' \) \
        ! -path './conf*' ! -path '*/CMakeFiles/CMakeTmp/*' ! -name '*CompilerId*' -exec sha256sum {} + | sort -k 2)
}

counted() {
    "$cachepot" --show-stats | sed -n "s/^$1  *\([0-9]*\)\$/\1/p"
}

seconds() {
    printf '%d.%d' $(($1 / 1000)) $(($1 % 1000 / 100))
}

export CACHEPOT_BASEDIRS="$work"
"$cachepot" --start-coordinator >/dev/null
about
printf '%-9s %6s  %8s %12s %20s %24s\n' project files plain cold warm relocated
[ $# -gt 0 ] || set -- lua zlib zstd busybox curl fmt yaml
wrong=0
for project; do
    # shellcheck disable=SC2046 # words
    fetch_source $(archive_of "$project")
    build "$project" "$work/tree" plain
    plain=$took
    products "$work/tree" >"$work/plain"
    printf '%-9s %6d  %7ss' "$project" "$(wc -l <"$work/plain")" "$(seconds "$plain")"
    for round in cold warm relocated; do
        place=$work/tree
        if [ $round = relocated ]; then
            place=$work/deep/er/tree
            build "$project" "$place" plain
            products "$place" >"$work/plain"
        fi
        "$cachepot" --zero-stats >/dev/null
        build "$project" "$place" cachepot
        products "$place" >"$work/cached"
        hits=$(counted "Cache hits")
        misses=$(counted "Cache misses")
        printf '  %5ss %s (%d of %d hit)' "$(seconds "$took")" "$(awk "BEGIN { printf \"%.2f\", $took / $plain }")" \
            "$hits" $((hits + misses))
        if ! cmp -s "$work/plain" "$work/cached"; then
            wrong=$((wrong + 1))
            printf ' DIFFERENT'
            diff "$work/plain" "$work/cached" | head -n 20 >&2
        fi
    done
    echo
    rm -rf "$work/tree" "$work/deep"
done
[ "$wrong" -eq 0 ] || die "$wrong builds differ from the plain ones"
