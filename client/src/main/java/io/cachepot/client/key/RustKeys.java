package io.cachepot.client.key;

import io.cachepot.client.compiler.rustc.Capitals;
import io.cachepot.protocol.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Keys of compiles of Rust. Places where outputs go and where crates lie are left out: crates count
 * by name and content, so a crate of a registry is the same for every workspace that builds it.
 */
public final class RustKeys {
    /** Changes whenever what is hashed does. */
    private static final String FORMAT = "cachepot rust key 1";

    /** Read by rustc itself, by the beginning of their names. */
    private static final List<String> RUSTC_PREFIXES = List.of("RUSTC_", "CFG_");

    private static final Set<String> RUSTC_VARIABLES =
            Set.of("RUST_TARGET_PATH", "SOURCE_DATE_EPOCH", "SDKROOT", "MACOSX_DEPLOYMENT_TARGET");

    /** They name programs that stand in front of rustc. */
    private static final Set<String> WRAPPERS =
            Set.of("RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER", "RUSTC_LINKER");

    /** Read by linkers and the drivers in front of them, besides what compilers of C read. */
    private static final Set<String> LINKER_VARIABLES =
            Set.of("LIBRARY_PATH", "LD_RUN_PATH", "LDEMULATION", "GNUTARGET", "LPATH");

    /** Say how to build and not what; by the beginning of their names. */
    private static final List<String> CARGO_NOISE =
            List.of(
                    "CARGO_MAKEFLAGS",
                    "CARGO_BUILD_JOBS",
                    "CARGO_REGISTRIES_",
                    "CARGO_REGISTRY_",
                    "CARGO_NET_",
                    "CARGO_HTTP_",
                    "CARGO_TERM_",
                    "CARGO_ALIAS_",
                    "CARGO_LOG",
                    "CARGO_INCREMENTAL",
                    "CARGO_ENCODED_RUSTFLAGS",
                    "CARGO_CACHE_",
                    "CARGO_UNSTABLE_",
                    "CARGO_PROFILE_");

    /** In every program that Rust makes, by its standard library. */
    private static final Set<String> STANDARD =
            Set.of(
                    "PATH",
                    "HOME",
                    "TMPDIR",
                    "PWD",
                    "TERM",
                    "LANG",
                    "SHELL",
                    "USER",
                    "RUST_BACKTRACE",
                    "RUST_LIB_BACKTRACE",
                    "RUST_MIN_STACK",
                    "RUST_LOG");

    private static final List<String> SECRET =
            List.of("TOKEN", "SECRET", "PASSWORD", "PASSWD", "KEY", "CREDENTIAL");

    private RustKeys() {}

    /**
     * Variables that a compile may depend on without saying so.
     *
     * @param isLinked whether a linker runs
     * @param isClippy whether clippy's lints run
     * @param macros names in the libraries of procedural macros, which may ask for any variable;
     *     empty for none
     * @return {@code NAME=value}, sorted
     */
    public static List<String> environment(
            Map<String, String> environment,
            boolean isLinked,
            boolean isClippy,
            List<Capitals> macros) {
        var relevant = new TreeMap<String, String>();
        environment.forEach((name, value) -> {
            if (isRustcs(name)
                    || (isLinked && isLinkers(name))
                    || (isClippy && (name.startsWith("CLIPPY_") || isCargos(name)))
                    || (!macros.isEmpty() && isMacros(name, macros))) {
                relevant.put(name, value);
            }
        });
        var variables = new ArrayList<String>();
        relevant.forEach((name, value) -> variables.add(name + "=" + value));
        return variables;
    }

    private static boolean isRustcs(String name) {
        return RUSTC_VARIABLES.contains(name)
                || (RUSTC_PREFIXES.stream().anyMatch(name::startsWith) && !WRAPPERS.contains(name));
    }

    private static boolean isLinkers(String name) {
        return LINKER_VARIABLES.contains(name) || CompileKeys.isRelevant(name);
    }

    private static boolean isCargos(String name) {
        return name.startsWith("CARGO_") && CARGO_NOISE.stream().noneMatch(name::startsWith);
    }

    /** Whether cargo sets {@code name} to tell of the package, or of what its build script made. */
    public static boolean isOfPackage(String name) {
        return isCargos(name) || name.equals("OUT_DIR") || name.equals("CARGO");
    }

    /** Whether a variable is nobody else's business: by its name, or with a password in it. */
    public static boolean isSecret(String name, String value) {
        return SECRET.stream().anyMatch(name::contains)
                || (value.contains("://") && value.contains("@"));
    }

    /** Cargo's are read under names that are put together as well; others under their own. */
    private static boolean isMacros(String name, List<Capitals> macros) {
        return isCargos(name)
                || (!STANDARD.contains(name)
                        && !name.startsWith("CARGO_")
                        && !name.equals("LD_LIBRARY_PATH")
                        && !WRAPPERS.contains(name)
                        && macros.stream().anyMatch(macro -> macro.have(name)));
    }

    /**
     * The key of a manifest.
     *
     * @param compiler its identity
     * @param arguments those that matter, in order, and every crate and file that they name
     * @param environment what {@link #environment} found
     * @param cwd where rustc runs
     * @param isColored whether colour is forced on
     * @param source the crate's root, as given
     * @param content of it
     */
    public static Digest direct(
            Digest compiler,
            List<String> arguments,
            List<String> environment,
            String cwd,
            boolean isColored,
            String source,
            Digest content) {
        return new KeyHasher()
                .add(FORMAT)
                .add(compiler)
                .addAll(arguments)
                .addAll(environment)
                .add(cwd)
                .add(isColored ? "color" : "plain")
                .add(source)
                .add(content)
                .finish();
    }

    /**
     * The key of a manifest whose results serve in one place only.
     *
     * @param outDirectory where outputs go
     * @param diagnosticWidth columns, where the command line says
     */
    public static Digest bound(
            Digest direct, String outDirectory, Optional<String> diagnosticWidth) {
        return new KeyHasher()
                .add("bound")
                .add(direct)
                .add(outDirectory)
                .addAll(diagnosticWidth.stream().toList())
                .finish();
    }
}
