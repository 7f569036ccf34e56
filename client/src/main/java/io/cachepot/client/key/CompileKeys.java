package io.cachepot.client.key;

import io.cachepot.client.compiler.Compiler;
import io.cachepot.client.compiler.CompilerInvocation.Cacheable;
import io.cachepot.client.compiler.CompilerInvocation.Trait;
import io.cachepot.client.compiler.HostCpu;
import io.cachepot.client.include.Inputs;
import io.cachepot.client.include.Inputs.Absence;
import io.cachepot.client.include.Inputs.InputFile;
import io.cachepot.client.include.Inputs.Variable;
import io.cachepot.protocol.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The two keys of a C compile. The <em>direct key</em> is made from what is at hand when the
 * request comes (compiler, arguments, environment, directory, source) and names a {@link Manifest}.
 * The <em>result key</em> adds everything that the compile read and names a result.
 */
public final class CompileKeys {
    /** Part of every key: raise it when what is stored under one changes its meaning. */
    private static final String FORMAT = "cachepot 2";

    /**
     * What gcc and clang read from the environment when they compile; sources: GCC manual
     * "Environment Variables", clang's driver.
     */
    private static final List<String> VARIABLES =
            List.of(
                    "CCC_OVERRIDE_OPTIONS",
                    "COMPILER_PATH",
                    "CPATH",
                    "CPLUS_INCLUDE_PATH",
                    "C_INCLUDE_PATH",
                    "GCC_COLORS",
                    "GCC_COMPARE_DEBUG",
                    "GCC_EXEC_PREFIX",
                    "GCC_EXTRA_DIAGNOSTIC_OUTPUT",
                    "GCC_ROOT",
                    "GCC_URLS",
                    "LANG",
                    "LANGUAGE",
                    "LC_ALL",
                    "LC_CTYPE",
                    "LC_MESSAGES",
                    "LD_PRELOAD",
                    "MACOSX_DEPLOYMENT_TARGET",
                    "OBJCPLUS_INCLUDE_PATH",
                    "OBJC_INCLUDE_PATH",
                    "POSIXLY_CORRECT",
                    "SDKROOT",
                    "SOURCE_DATE_EPOCH");

    private CompileKeys() {}

    /**
     * Those of {@code environment} that change what a compiler does, {@code NAME=value}, sorted;
     * all that a remote compile gets.
     */
    public static List<String> relevant(Map<String, String> environment) {
        var relevant = new ArrayList<String>();
        for (String name : VARIABLES) {
            String value = environment.get(name);
            if (value != null) {
                relevant.add(name + "=" + value);
            }
        }
        return relevant;
    }

    /**
     * The key of a manifest.
     *
     * @param cwd where the compiler runs: relative names and debug information depend on it
     * @param isColored whether colour is forced on
     * @param source digest of the source's content
     */
    public static Digest direct(
            Compiler compiler,
            Cacheable invocation,
            String cwd,
            Map<String, String> environment,
            boolean isColored,
            Digest source) {
        return direct(
                compiler,
                invocation,
                environment,
                isColored,
                source,
                invocation.keyArguments(),
                List.of("direct", cwd, invocation.source()));
    }

    /** The key of a manifest that serves in every place with the same relative names. */
    public static Digest portable(
            Compiler compiler,
            Cacheable invocation,
            Relocation relocation,
            Map<String, String> environment,
            boolean isColored,
            Digest source) {
        return direct(
                compiler,
                invocation,
                environment,
                isColored,
                source,
                relocation.arguments(),
                List.of("portable", relocation.source()));
    }

    private static Digest direct(
            Compiler compiler,
            Cacheable invocation,
            Map<String, String> environment,
            boolean isColored,
            Digest source,
            List<String> arguments,
            List<String> names) {
        return new KeyHasher()
                .add(FORMAT)
                .addAll(names)
                .add(compiler.identity())
                .add(compiler.family().name())
                .add(invocation.language().spelling())
                .addAll(arguments)
                .addAll(invocation.facts())
                .add(invocation.has(Trait.NATIVE_CPU) ? HostCpu.identity().orElse("") : "")
                .addAll(relevant(environment))
                .add(isColored ? "color" : "plain")
                .add(source)
                .finish();
    }

    /** Whether a compiler reads the variable {@code name}. */
    public static boolean isRelevant(String name) {
        return VARIABLES.contains(name);
    }

    /** The key of a result. */
    public static Digest result(Digest direct, Inputs inputs) {
        var hasher = new KeyHasher().add(FORMAT).add("result").add(direct);
        for (InputFile file : inputs.files()) {
            hasher.add(file.path()).add(file.digest()).add(Long.toString(file.modifiedNanos()));
        }
        hasher.addAll(inputs.present());
        for (Variable variable : inputs.variables()) {
            hasher.add(variable.name()).addAll(variable.value().stream().toList());
        }
        // Names that were absent decide which files were read, and those are named above; only bare
        // questions change a result
        // otherwise, and they are all in 'present' when they were answered with yes.
        return hasher.finish();
    }

    /** How many names {@code inputs} says are absent; for logs. */
    public static int absentNames(Inputs inputs) {
        return inputs.absences().stream().map(Absence::names).mapToInt(List::size).sum();
    }
}
