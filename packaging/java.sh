# shellcheck shell=sh
# Finds Java for the launchers. Sourced by them with $lib set to this directory.
# shellcheck disable=SC2154,SC2034 # variables shared with who sources this

JAVA_VERSION_MIN=25

is_new_enough() {
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] &&
        [ "$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")" -ge "$JAVA_VERSION_MIN" ]
}

# Sets $java: the runtime that came with us, else the system's.
find_java() {
    for home in "$lib/runtime" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
        if is_new_enough "$home" 2>/dev/null; then
            java=$home/bin/java
            return 0
        fi
    done
    return 1
}

# Sets $class_path to the jars of a role, in an order that does not change.
find_jars() {
    class_path=
    for jar in "$lib/$1"/*.jar; do
        class_path=$class_path${class_path:+:}$jar
    done
}
