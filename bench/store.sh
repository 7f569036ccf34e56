#!/bin/sh
# The disk cache by itself: opening one of 200 000 entries, and what an entry's compression costs a hit and saves on disk.
# usage: [ENTRIES=200000] [ROUNDS=301] bench/store.sh
set -eu
ROUNDS=${ROUNDS:-301}
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "$0")/setup.sh"

need_packages g++
need_jdk
about
classes="$tree/lib/cachepot/client/*"
mkdir "$work/classes"
"$JAVA_HOME/bin/javac" -d "$work/classes" -cp "$classes" -proc:none "$root/bench/StoreBench.java"
bench() {
    "$JAVA_HOME/bin/java" -XX:+UseSerialGC -Xmx256m --enable-native-access=ALL-UNNAMED -cp "$work/classes:$classes" \
        io.cachepot.client.cache.StoreBench "$@"
}

bench open "$work/entries" "${ENTRIES:-200000}"
rm -rf "$work/entries"
echo

# Real objects of all sizes.
fetch_lua "$work/lua"
objects="$work/objects"
mkdir "$objects"
for unit in lctype ltm lstrlib lvm lparser; do
    "$compiler" -O2 -c "$work/lua/src/$unit.c" -o "$objects/$unit.o"
    "$compiler" -O2 -g -c "$work/lua/src/$unit.c" -o "$objects/$unit-g.o"
done
printf '#include <regex>\n#include <map>\nint f(const std::string &s) { std::map<std::string, int> m; return std::regex_match(s, std::regex(s)) + m[s]; }\n' >"$work/regex.cc"
g++ -std=c++17 -O2 -c "$work/regex.cc" -o "$objects/regex.o"
g++ -std=c++17 -O2 -g -c "$work/regex.cc" -o "$objects/regex-g.o"
echo "a hit in microseconds, the target there already ($ROUNDS rounds); bytes on disk in blocks"
# shellcheck disable=SC2046 # names without blanks
bench hit "$work/hits" "$ROUNDS" $(ls -Sr "$objects"/*.o)
