package io.cachepot.client.coordinator;

import io.cachepot.client.cache.Target;
import io.cachepot.client.compiler.Compiler;
import io.cachepot.client.compiler.CompilerInvocation.Cacheable;
import io.cachepot.client.compiler.CompilerInvocation.Trait;
import io.cachepot.client.explain.CompileTrace;
import io.cachepot.client.explain.KeyParts;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * One compile that can be cached.
 *
 * @param argv0 the compiler as the user wrote it; diagnostics begin with it
 * @param cwd as the compiler will know it, {@code $PWD} if that is right
 * @param environment of the build
 * @param umask of the build, for the modes of outputs
 * @param isColored whether we ask the compiler for colour, because it can not see the terminal
 *     behind our pipe
 * @param trace takes down what becomes of it
 */
record CompileRequest(
        Compiler compiler,
        String argv0,
        Cacheable invocation,
        Path cwd,
        Map<String, String> environment,
        int umask,
        boolean isColored,
        CompileTrace trace) {
    private static final String COLOR = "-fdiagnostics-color=always";

    CompileRequest {
        environment = Map.copyOf(environment);
    }

    /** The same for each compile of one source with the same flags, whatever its inputs contain. */
    Digest unit() {
        var text = new StringJoiner("\0");
        text.add(compiler.identity().hex()).add(cwd.toString());
        arguments().forEach(text::add);
        return Digest.of(Bytes.utf8(text.toString()));
    }

    /** What the compiler is run with, argv[0] first. */
    List<String> arguments() {
        return arguments(List.of());
    }

    /** The same with {@code ours} in front, where no {@code --} is before them. */
    List<String> arguments(List<String> ours) {
        var arguments = new ArrayList<String>();
        arguments.add(argv0);
        arguments.addAll(ours);
        if (isColored) {
            arguments.add(COLOR);
        }
        arguments.addAll(invocation.arguments());
        return arguments;
    }

    /**
     * Diagnostics quote lines of the files that preprocessed source was made of, if they are still
     * there; nobody lists those.
     */
    boolean quotesUnknownFiles(Bytes stderr) {
        return invocation.language().isPreprocessed() && !stderr.isEmpty();
    }

    Path source() {
        return cwd.resolve(invocation.source());
    }

    /** What its direct key is made of. */
    KeyParts keyParts(Digest content) {
        return KeyParts.of(compiler, invocation, cwd.toString(), environment, isColored, content);
    }

    /** The same as {@link #outputs}, and how the compiler puts them there. */
    List<Target> targets() {
        List<Path> files = outputs();
        var targets = new ArrayList<Target>();
        for (int i = 0; i < files.size(); i++) {
            boolean isObject = i == 0 && invocation.object().isPresent();
            targets.add(new Target(files.get(i), isReplaced(files.get(i), isObject)));
        }
        return targets;
    }

    /**
     * GNU as and objcopy put a new file in place of the old one, gcc's own passes write into it.
     * clang makes a new object of any kind but from assembler source, and writes into the rest.
     */
    private boolean isReplaced(Path file, boolean isObject) {
        return switch (compiler.family()) {
            case GCC ->
                    isObject
                            ? !invocation.has(Trait.TEXT) && !invocation.language().isHeader()
                            : file.toString().endsWith(".dwo");
            case CLANG -> isObject && !invocation.language().isAssembler();
        };
    }

    /** Files that the compile writes, object first. */
    List<Path> outputs() {
        return invocation.outputs().stream().map(cwd::resolve).toList();
    }
}
