package io.cachepot.client.explain;

import io.cachepot.client.compiler.Compiler;
import io.cachepot.client.compiler.CompilerInvocation.Cacheable;
import io.cachepot.client.key.CompileKeys;
import io.cachepot.protocol.Digest;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What a direct key is made of, so that two compiles can be compared.
 *
 * @param compiler its path
 * @param version what it says of itself
 * @param identity of all its programs
 * @param arguments those that change what is in the outputs, in order
 * @param environment {@code NAME=value} of the variables that compilers read, sorted
 * @param directory where it runs
 * @param isColored whether colour is forced on
 * @param spelling of the source
 * @param content of the source
 */
public record KeyParts(
        String compiler,
        String version,
        Digest identity,
        String language,
        List<String> arguments,
        List<String> environment,
        String directory,
        boolean isColored,
        String spelling,
        Digest content) {
    public KeyParts {
        arguments = List.copyOf(arguments);
        environment = List.copyOf(environment);
    }

    public static KeyParts of(
            Compiler compiler,
            Cacheable invocation,
            String directory,
            Map<String, String> environment,
            boolean isColored,
            Digest content) {
        return new KeyParts(
                compiler.executable().toString(),
                compiler.version(),
                compiler.identity(),
                invocation.language().spelling(),
                Stream.concat(invocation.keyArguments().stream(), invocation.facts().stream())
                        .toList(),
                CompileKeys.relevant(environment),
                directory,
                isColored,
                invocation.source(),
                content);
    }

    /** The same with strings that {@code pool} has seen before, to keep many of them. */
    KeyParts pooled(UnaryOperator<String> pool) {
        return new KeyParts(
                pool.apply(compiler),
                pool.apply(version),
                identity,
                pool.apply(language),
                arguments.stream().map(pool).toList(),
                environment.stream().map(pool).toList(),
                pool.apply(directory),
                isColored,
                pool.apply(spelling),
                content);
    }
}
