#!/bin/sh
# Traps in which a compiler cache may serve an object that the compiler would not make now: cachepot, ccache and sccache walk into
# each of them, and what they leave is compared with the plain compiler's.
# usage: [CC=gcc] bench/soundness.sh [trap...]
#
# A trap is a function of three words: "make" writes the files, "spring" changes something, "check" (if there is one) compares
# more than the object. "make" may set $arguments and $environment. Files are made old, so that ccache's direct mode trusts them.
set -eu
# shellcheck source-path=SCRIPTDIR source=setup.sh
. "$(dirname "$0")/setup.sh"

header='#include "h.h"
int f(void) { return V; }'

earlier_header() { case $1 in
    make) mkdir one two; echo "$header" >a.c; echo '#define V 1' >two/h.h ;;
    spring) echo '#define V 2' >one/h.h ;;
esac }

earlier_system_header() { case $1 in
    make) mkdir one; echo '#include <stddef.h>
#ifdef ALIEN
int alien;
#endif' >a.c ;;
    spring) echo '#define ALIEN' >one/stddef.h ;;
esac }

has_include() { case $1 in
    make) mkdir one two; echo '#if __has_include("h.h")
int there;
#endif' >a.c ;;
    spring) : >two/h.h ;;
esac }

has_include_macro() { case $1 in
    make) mkdir one two; echo '#define HAS(x) __has_include(x)' >one/has.h; echo '#include "has.h"
#if HAS("h.h")
int there;
#endif' >a.c ;;
    spring) : >two/h.h ;;
esac }

missing_directory() { case $1 in
    make) mkdir two; echo "$header" >a.c; echo '#define V 1' >two/h.h ;;
    spring) mkdir one; echo '#define V 2' >one/h.h ;;
esac }

removed_header() { case $1 in
    make) mkdir one two; echo "$header" >a.c; echo '#define V 1' >one/h.h; echo '#define V 2' >two/h.h ;;
    spring) rm one/h.h ;;
esac }

link_to_directory() { case $1 in
    make) mkdir real1 real2; ln -s real1 one; echo "$header" >a.c; echo '#define V 1' >real1/h.h; echo '#define V 2' >real2/h.h ;;
    spring) rm one; ln -s real2 one ;;
esac }

link_to_header() { case $1 in
    make) mkdir one; echo "$header" >a.c; echo '#define V 1' >h1; echo '#define V 2' >h2; ln -s ../h1 one/h.h ;;
    spring) ln -sf ../h2 one/h.h ;;
esac }

same_time_and_size() { case $1 in
    make) mkdir one; echo "$header" >a.c; echo '#define V 1' >one/h.h ;;
    spring) touch -r one/h.h stamp; echo '#define V 2' >one/h.h; touch -r stamp one/h.h ;;
esac }

include_next() { case $1 in
    make) mkdir one two three; echo "$header" >a.c; echo '#include_next "h.h"' >one/h.h; echo '#define V 1' >three/h.h
        arguments="-Ione -Itwo -Ithree" ;;
    spring) echo '#define V 2' >two/h.h ;;
esac }

include_macro() { case $1 in
    make) mkdir one two; echo '#define NAME "h.h"
#include NAME
int f(void) { return V; }' >a.c; echo '#define V 1' >two/h.h ;;
    spring) echo '#define V 2' >one/h.h ;;
esac }

forced_include() { case $1 in
    make) echo 'int f(void) { return V; }' >a.c; mkdir two; echo '#define V 1' >two/h.h; arguments="-Itwo -include h.h" ;;
    spring) echo '#define V 2' >h.h ;;
esac }

variable_cpath() { case $1 in
    make) mkdir one two; echo '#include <h.h>
int f(void) { return V; }' >a.c; echo '#define V 1' >one/h.h; echo '#define V 2' >two/h.h; arguments='' environment="CPATH=one" ;;
    spring) environment="CPATH=two" ;;
esac }

precompiled_header() { case $1 in
    make) mkdir one; echo "$header" >a.c; echo '#define V 1' >one/h.h; echo '#define V 2' >other.h ;;
    spring) "$compiler" -x c-header other.h -o one/h.h.gch ;;
esac }

incbin() { case $1 in
    make) echo 'asm(".incbin \"data\"");' >a.c; echo one >data ;;
    spring) echo two >data ;;
esac }

assembler_include() { case $1 in
    make) echo 'asm(".include \"part\"");' >a.c; echo '.long 1' >part ;;
    spring) echo '.long 2' >part ;;
esac }

assembler_source() { case $1 in
    make) echo '.include "part"' >a.S; echo '.long 1' >part; source=a.S ;;
    spring) echo '.long 2' >part ;;
esac }

time_of_file() { case $1 in
    make) echo 'const char *f = __TIMESTAMP__;' >a.c ;;
    spring) touch -d '2001-02-03 04:05:06' a.c ;;
esac }

time_in_argument() { case $1 in
    make) echo 'const char *f = V;' >a.c; arguments="-DV=__TIMESTAMP__" ;;
    spring) touch -d '2001-02-03 04:05:06' a.c ;;
esac }

source_date() { case $1 in
    make) echo 'const char *f = __DATE__;' >a.c; environment="SOURCE_DATE_EPOCH=1000000" ;;
    spring) environment="SOURCE_DATE_EPOCH=900000000" ;;
esac }

response_file() { case $1 in
    make) echo 'int f(void) { return V; }' >a.c; echo '-DV=1' >args; arguments="@args" ;;
    spring) echo '-DV=2' >args ;;
esac }

specs_file() { case $1 in
    make) echo 'int f(void) {
#ifdef V
return 1;
#endif
return 2; }' >a.c; printf '*cpp:\n+ -DV\n\n' >specs; arguments="-specs=$PWD/specs" ;;
    spring) printf '*cpp:\n+ -DW\n\n' >specs ;;
esac }

profile() { case $1 in
    make) echo 'int main(int n, char **v) { int i, s = 0; for (i = 0; i < 100; i++) if (i % 3 * n) s += i; else s -= 2; return s & 1; }' >a.c
        "$compiler" --coverage -O2 -c a.c -o a.o; "$compiler" --coverage a.o -o run; ./run || true
        rm -f a.o a.gcno; arguments="-O2 -fprofile-use -Wno-missing-profile" ;;
    spring) for i in 1 2 3 4 5; do ./run $i $i || true; done ;;
esac }

compiler_replaced() { case $1 in
    make) echo 'int f(void) { return V; }' >a.c; my_compiler 1; driver=./mine ;;
    spring) touch -r mine stamp; my_compiler 2; touch -r stamp mine ;;
esac }
my_compiler() {
    cat >mine.c <<END
#include <unistd.h>
int main(int argc, char **argv) {
    char *all[1000] = {"$compiler", "-DV=$1"};
    for (int i = 1; i < argc && i < 990; i++)
        all[i + 1] = argv[i];
    execvp(all[0], all);
    return 127;
}
END
    "$compiler" -o mine mine.c
}

assembler_appears() { case $1 in
    make) echo 'int f(void) { return 1; }' >a.c; mkdir tools; environment="PATH=$PWD/tools:$PATH" ;;
    spring) printf '#!/bin/sh\nexec /usr/bin/as --defsym V=2 "$@"\n' >tools/as; chmod 755 tools/as ;;
esac }

other_directory() { case $1 in
    make) mkdir here there; echo 'int f(void) { return 1; }' >here/a.c; cp here/a.c there/; place=here; arguments=-g ;;
    spring) place=there ;;
esac }

other_directory_of_counters() { case $1 in
    make) mkdir here there; echo 'int f(void) { return 1; }' >here/a.c; cp here/a.c there/; place=here
        arguments="--coverage -frandom-seed=1" ;;
    spring) place=there ;;
esac }

comment_that_silences() { case $1 in
    make) echo 'int f(int x) { switch (x) { case 1: x++; /* fall through */
case 2: x++; } return x; }' >a.c; arguments="-Wimplicit-fallthrough" ;;
    spring) sed -i 's/fall through/then two../' a.c ;;
esac }

warning_of_a_macro() { case $1 in
    make) mkdir one; echo '#pragma GCC system_header
#define SAFE(x) ((x) > 0)' >one/h.h
        echo '#include "h.h"
int f(unsigned x) { return x >= 0; }' >a.c; arguments="-Ione -Wextra" ;;
    spring) echo '#include "h.h"
int f(unsigned x) { return  x >= 0; }' >a.c ;;
esac }

dependency_list() { case $1 in
    make) echo 'int f(void) { return 1; }' >a.c; arguments="-MD -MF a.d -MT first" ;;
    spring) arguments="-MD -MF a.d -MT second" ;;
esac }

mode_of_object() { case $1 in
    make) echo 'int f(void) { return 1; }' >a.c ;;
    spring) umask 077 ;;
    check) umask 022; [ "$(stat -c %a a.o)" = 600 ] ;;
esac }

other_name_of_object() { case $1 in
    make) echo 'int f(void) { return 1; }' >a.c ;;
    spring) echo old >other; rm -f a.o; ln other a.o ;;
    check) [ "$(cat other)" = old ] ;;
esac }

damaged_entry() { case $1 in
    make) echo 'int f(void) { return 1; }' >a.c ;;
    # The middle byte of whatever a cache holds of some size; sccache and cachepot have all of it on the disk by now.
    spring)
        find "$CACHEPOT_DIR" "$CCACHE_DIR" "$SCCACHE_DIR" -type f -size +300c ! -name '*stat*' ! -name '*.log' 2>/dev/null |
            while read -r file; do
                middle=$(($(stat -c %s "$file") / 2))
                printf '\377\376' | dd of="$file" bs=1 seek=$middle conv=notrunc 2>/dev/null
            done ;;
esac }

all="earlier_header earlier_system_header has_include has_include_macro missing_directory removed_header link_to_directory link_to_header \
same_time_and_size include_next include_macro forced_include variable_cpath precompiled_header incbin assembler_include \
assembler_source time_of_file time_in_argument source_date response_file specs_file profile compiler_replaced assembler_appears \
other_directory other_directory_of_counters comment_that_silences warning_of_a_macro dependency_list mode_of_object \
other_name_of_object damaged_entry"
tools="cachepot ccache ccache-depend sccache"

# compile WRAPPER OBJECT: as the trap says; what it prints goes to OBJECT.err.
compile() {
    (
        cd "$place"
        # shellcheck disable=SC2086 # words
        timeout 60 env $environment $1 "$driver" $arguments $list -c "$source" -o a.o 2>"$top/$2.err" >"$top/$2.out"
    ) || echo "exit code $?" >>"$top/$2.err"
}

wrapper_of() { case $1 in
    cachepot) echo "$cachepot" ;;
    ccache) echo ccache ;;
    ccache-depend) echo "env CCACHE_DEPEND=1 ccache" ;;
    sccache) echo sccache ;;
esac }

# One trap, one tool: prints right, STALE or "said else".
try() {
    top=$work/$1-$2
    mkdir "$top"
    cd "$top"
    umask 022
    arguments="-Ione -Itwo" environment="UNUSED=1" source=a.c place=. driver=$compiler
    "$1" make >/dev/null 2>&1
    list=''
    case $2,$arguments in
        *,*-MF*) ;;
        ccache-depend,*) list="-MD -MF a.d" ;;
    esac
    wrapper=$(wrapper_of "$2")
    find . -exec touch -h -d '2020-01-01' {} +
    for _ in 1 2 3; do
        compile "$wrapper" first
        rm -f "$place/a.o" "$place/a.d"
    done
    sleep 0.1
    "$1" spring >/dev/null 2>&1
    compile "$wrapper" cached
    verdict=right
    "$1" check || verdict=STALE
    for file in o d gcno; do
        [ ! -e "$place/a.$file" ] || mv "$place/a.$file" "$place/cached.$file"
    done
    compile "" plain
    for file in o d gcno; do
        if { [ -e "$place/a.$file" ] || [ -e "$place/cached.$file" ]; } && ! cmp -s "$place/a.$file" "$place/cached.$file"; then
            verdict=STALE
        fi
    done
    if [ $verdict = right ] && ! cmp -s plain.err cached.err; then
        verdict="said else"
    fi
    umask 022
    cd "$work"
    printf '%s' "$verdict"
}

about
sccache --start-server >/dev/null 2>&1 || die "sccache does not start"
"$cachepot" --start-coordinator >/dev/null
printf '%-28s' trap
for tool in $tools; do printf '%-15s' "$tool"; done
echo
wrong=0
[ $# -gt 0 ] || eval "set -- $all"
for trap; do
    printf '%-28s' "$trap"
    for tool in $tools; do
        verdict=$(try "$trap" "$tool")
        printf '%-15s' "$verdict"
        if [ "$tool" = cachepot ] && [ "$verdict" != right ]; then
            wrong=$((wrong + 1))
        fi
    done
    echo
done
[ "$wrong" -eq 0 ] || die "cachepot was wrong $wrong times"
