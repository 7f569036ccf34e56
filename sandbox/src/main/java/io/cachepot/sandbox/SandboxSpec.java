package io.cachepot.sandbox;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * One process to run.
 *
 * @param toolchainRoot an unpacked toolchain on the host, seen inside as {@code /}, read-only
 * @param inputs what is laid over the toolchain before the start; at most 100 000
 * @param executable absolute path inside
 * @param arguments argv, the first being argv[0]
 * @param cwd absolute path inside, made if need be
 * @param environment all of the process's environment
 * @param outputs absolute paths inside of regular files to hand over afterwards; their directories
 *     are made before the start
 */
public record SandboxSpec(
        Path toolchainRoot,
        List<SandboxInput> inputs,
        String executable,
        List<String> arguments,
        String cwd,
        Map<String, String> environment,
        List<String> outputs,
        SandboxLimits limits) {
    public SandboxSpec {
        inputs = List.copyOf(inputs);
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        outputs = List.copyOf(outputs);
    }
}
