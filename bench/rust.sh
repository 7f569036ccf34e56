#!/bin/sh
# cargo build with an empty cache: plain, cachepot, sccache; then all from the cache. ripgrep and its crates come from crates.io.
# usage: [ROUNDS=3] bench/rust.sh
set -eu
ROUNDS=${ROUNDS:-3}
export RUSTUP_HOME="${RUSTUP_HOME:-$HOME/.rustup}" CARGO_HOME="${CARGO_HOME:-$HOME/.cargo}"
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "$0")/setup.sh"
command -v cargo >/dev/null 2>&1 || need_packages cargo rustc

name=ripgrep-14.1.1
curl -sSfL "https://static.crates.io/crates/ripgrep/$name.crate" -o "$work/crate" || die "crates.io can not be reached"
echo "f77b8032dc584527975f34aa5a897d0ef5a785573fda778771a614ff9da501d9  $work/crate" | sha256sum --check --status || die "$name.crate is not what it was"
tar -C "$work" -xf "$work/crate"
place=$work/$name
(cd "$place" && cargo fetch -q --locked)
# Neither caches crates that are compiled incrementally.
export CARGO_INCREMENTAL=0 CARGO_TERM_COLOR=never CARGO_NET_OFFLINE=true

# contestant NAME WRAPPER: for the timer.
contestant() {
    cat >"$work/with-$1" <<END
#!/bin/sh
cd "$place" && RUSTC_WRAPPER=$2 exec cargo build -q --locked
END
    chmod 755 "$work/with-$1"
}
contestant plain ""
contestant cachepot "$cachepot"
contestant sccache sccache
artifacts() {
    (cd "$place/target/debug" && find . -name '*.rlib' -o -name '*.rmeta' -o -name '*.so' -o -name 'rg' -type f | sort | xargs sha256sum)
}
clean="rm -rf $place/target"
sh -c "$clean"
"$work/with-plain"
artifacts >"$work/expected"

about
rustc --version
sccache --start-server >/dev/null 2>&1 || die "sccache does not start"
"$cachepot" --start-coordinator >/dev/null
# What the compiler is, each of them asks once; that is not part of a build.
echo "pub fn f() {}" >"$work/warm.rs"
for wrapper in "$cachepot" sccache; do
    "$wrapper" rustc --crate-name warm --crate-type lib --emit=dep-info,link --out-dir "$work" "$work/warm.rs"
done

empty="$clean && $cachepot --clear-cache && rm -rf $SCCACHE_DIR/?"
echo "cold cargo build ($rounds rounds)"
"$work/pairs" "$rounds" -p "$empty" -d cachepot "$(coordinator_pid)" -d sccache "$(sccache_pid)" \
    plain "$work/with-plain" cachepot "$work/with-cachepot" sccache "$work/with-sccache"
echo

for wrapper in cachepot sccache; do
    sh -c "$clean"
    "$work/with-$wrapper"
    artifacts | cmp - "$work/expected" || die "$wrapper: artifacts differ from plain cargo's"
done
echo "the same build from the cache ($rounds rounds)"
"$work/pairs" "$rounds" -p "$clean" -d cachepot "$(coordinator_pid)" -d sccache "$(sccache_pid)" \
    plain "$work/with-plain" cachepot "$work/with-cachepot" sccache "$work/with-sccache"
sh -c "$clean"
"$work/with-cachepot"
artifacts | cmp - "$work/expected" || die "artifacts differ from plain cargo's"
"$cachepot" --show-stats | grep '^Cache'
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"
