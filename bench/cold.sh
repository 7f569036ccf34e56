#!/bin/sh
# A build with an empty cache and no cluster: plain compiler, cachepot, ccache, sccache; then all hits.
# usage: [ROUNDS=5] [JOBS=n] [CC=gcc] bench/cold.sh [lua|zstd]
set -eu
ROUNDS=${ROUNDS:-5}
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "$0")/setup.sh"

case ${1:-lua} in
    lua)
        fetch_lua "$work/tree"
        place=$work/tree/src target=linux
        ;;
    # As most builds are debugged: larger objects.
    zstd)
        fetch_source libz/libzstd/libzstd_1.5.4+dfsg2.orig.tar.xz 8cf4bbb65e77ec348d052c8d6230eba66d435bddf64c8b5be2fcb16880c19953
        mkdir "$work/tree"
        # shellcheck disable=SC2154 # set by fetch_source
        tar -C "$work/tree" -xf "$source" --strip-components 1
        place=$work/tree/lib target="libzstd.a CFLAGS=-g"
        ;;
    *) die "no project '$1'; there are lua and zstd" ;;
esac

# A compile has to end with the plain compiler's objects, or its time means nothing.
build() {
    # shellcheck disable=SC2086 # words
    make -s -C "$place" -j"$jobs" $target CC="$1" >"$work/make.log" 2>&1 || {
        cat "$work/make.log" >&2
        die "make failed with CC='$1'"
    }
}
objects() {
    (cd "$place" && find . -name '*.o' -exec sha256sum {} + | cut -c1-64 | sort)
}
build "$compiler"
objects >"$work/expected"

# One contestant of one round, for the timer. Debian's ar has a remark about Lua's Makefile, each time.
contestant() {
    cat >"$work/with-$1" <<END
#!/bin/sh
exec make -s -C "$place" -j$jobs $target CC="$2" 2>/dev/null
END
    chmod 755 "$work/with-$1"
}
contestant plain "$compiler"
contestant cachepot "$cachepot $compiler"
contestant ccache "ccache $compiler"
contestant sccache "sccache $compiler"

about
sccache --start-server >/dev/null 2>&1 || die "sccache does not start"
"$cachepot" --start-coordinator >/dev/null
# What a compiler is, each of them asks once; that is not part of a build.
for wrapper in "$cachepot" ccache sccache; do
    echo "int warm_$$;" >"$work/warm.c"
    "$wrapper" "$compiler" -c "$work/warm.c" -o "$work/warm.o"
done

clean="make -s -C $place clean >/dev/null"
empty="$clean && $cachepot --clear-cache && ccache -C >/dev/null && rm -rf $SCCACHE_DIR/?"
echo "cold build, make -j$jobs ($rounds rounds)"
"$work/pairs" "$rounds" -p "$empty" -d cachepot "$(coordinator_pid)" -d sccache "$(sccache_pid)" \
    plain "$work/with-plain" cachepot "$work/with-cachepot" \
    ccache "$work/with-ccache" sccache "$work/with-sccache"
echo

for wrapper in cachepot ccache sccache; do
    sh -c "$clean"
    "$work/with-$wrapper"
    objects | cmp - "$work/expected" || die "$wrapper: objects differ from the plain compiler's"
done
echo "the same build from the cache ($rounds rounds)"
"$work/pairs" "$rounds" -p "$clean" -d cachepot "$(coordinator_pid)" -d sccache "$(sccache_pid)" \
    plain "$work/with-plain" cachepot "$work/with-cachepot" \
    ccache "$work/with-ccache" sccache "$work/with-sccache"
objects | cmp - "$work/expected" || die "objects differ from the plain compiler's"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
