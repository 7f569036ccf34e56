package io.cachepot.client.coordinator;

import io.cachepot.client.cache.Target;
import io.cachepot.client.compiler.rustc.RustCompiler;
import io.cachepot.client.compiler.rustc.RustcInvocation.Crate;
import io.cachepot.client.compiler.rustc.RustcInvocation.Emit;
import io.cachepot.client.compiler.rustc.RustcInvocation.SearchPath;
import io.cachepot.client.explain.CompileTrace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * One crate that can be cached.
 *
 * @param argv0 the compiler as the user wrote it
 * @param leading arguments that must come first: {@code +toolchain}, the rustc of clippy-driver
 * @param rest of the arguments, as given
 * @param cwd where rustc runs
 * @param environment of the build
 * @param umask of the build, for the modes of outputs
 * @param isColored whether we ask for colour, because rustc can not see the terminal behind our
 *     pipe
 * @param trace takes down what becomes of it
 */
record RustRequest(
        RustCompiler compiler,
        String argv0,
        List<String> leading,
        List<String> rest,
        Crate crate,
        Path cwd,
        Map<String, String> environment,
        int umask,
        boolean isColored,
        CompileTrace trace) {
    RustRequest {
        leading = List.copyOf(leading);
        rest = List.copyOf(rest);
        environment = Map.copyOf(environment);
    }

    /** What rustc is run with, argv[0] first, {@code ours} before what the user wrote. */
    List<String> arguments(List<String> ours) {
        var arguments = new ArrayList<String>();
        arguments.add(argv0);
        arguments.addAll(leading);
        if (isColored) {
            arguments.add("--color=always");
        }
        arguments.addAll(ours);
        arguments.addAll(rest);
        return arguments;
    }

    Path source() {
        return cwd.resolve(crate.source());
    }

    /** As given, or the directory in which rustc runs. */
    String outDirectory() {
        return crate.outDirectory().orElse(cwd.toString());
    }

    /** Files that the compile writes. */
    List<Path> outputs() {
        return crate.outputs().stream().map(cwd::resolve).toList();
    }

    /** The same, and how rustc puts them there: all but the dependency list by a rename. */
    List<Target> targets() {
        List<Path> files = outputs();
        var targets = new ArrayList<Target>();
        for (int i = 0; i < files.size(); i++) {
            targets.add(new Target(files.get(i), !isList(i)));
        }
        return targets;
    }

    /** Directories in which crates and libraries of the build lie. */
    Set<Path> searched() {
        var directories = new LinkedHashSet<Path>();
        directories.add(cwd.resolve(outDirectory()).normalize());
        for (SearchPath searched : crate.searched()) {
            directories.add(cwd.resolve(searched.directory()).normalize());
        }
        return directories;
    }

    boolean isLinked() {
        return crate.linking().isPresent();
    }

    /** Whether output {@code index} is the dependency list. */
    boolean isList(int index) {
        return crate.dependencyList().equals(OptionalInt.of(index));
    }

    boolean hasList() {
        return crate.emitted().contains(Emit.DEP_INFO);
    }
}
