package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkAbsolutePath;
import static io.cachepot.protocol.Checks.checkCount;
import static io.cachepot.protocol.Checks.checkText;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.TreeMap;

/**
 * One compile to run elsewhere: all that its result depends on.
 *
 * @param toolchain unpacked, it is the root that the compiler sees
 * @param executable absolute path inside the toolchain
 * @param arguments argv, the first being argv[0]; at most 100 000
 * @param cwd absolute path
 * @param environment the whole environment of the compiler; at most 1 000 variables
 * @param inputs leaves of the input tree, sorted by path, each path once; at most 100 000
 * @param outputs absolute paths of the files wanted back, in the order in which they come; at most
 *     1 000, each once
 * @param timeoutMillis how long the compiler may run, 1 to 86 400 000; the worker's own limit may
 *     be lower
 */
public record Job(
        ToolchainId toolchain,
        String executable,
        List<String> arguments,
        String cwd,
        Map<String, String> environment,
        List<InputEntry> inputs,
        List<String> outputs,
        long timeoutMillis) {
    public static final int ARGUMENTS_MAX = 100_000;
    public static final int INPUTS_MAX = 100_000;
    public static final int OUTPUTS_MAX = 1_000;
    private static final int VARIABLES_MAX = 1_000;
    private static final long TIMEOUT_MILLIS_MAX = 86_400_000;

    public Job {
        checkAbsolutePath("job.executable", executable);
        checkCount("job.arguments", arguments, ARGUMENTS_MAX);
        arguments.forEach(argument -> checkText("job.arguments", argument, Checks.TEXT_CHARS_MAX));
        check(!arguments.isEmpty(), "job.arguments", "empty", "at least argv[0]");
        checkAbsolutePath("job.cwd", cwd);
        checkCount("job.environment", environment.keySet(), VARIABLES_MAX);
        environment.forEach(Job::checkVariable);
        checkCount("job.inputs", inputs, INPUTS_MAX);
        checkSorted(inputs);
        checkCount("job.outputs", outputs, OUTPUTS_MAX);
        outputs.forEach(output -> checkAbsolutePath("job.outputs", output));
        check(
                new HashSet<>(outputs).size() == outputs.size(),
                "job.outputs",
                "a list with a path twice",
                "each path once");
        check(
                timeoutMillis >= 1 && timeoutMillis <= TIMEOUT_MILLIS_MAX,
                "job.timeout_millis",
                timeoutMillis,
                "1 to " + TIMEOUT_MILLIS_MAX);
        arguments = List.copyOf(arguments);
        // Sorted, so that equal jobs have equal bytes.
        environment = Collections.unmodifiableMap(new TreeMap<>(environment));
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    private static void checkVariable(String name, String value) {
        check(!name.isEmpty() && name.indexOf('=') < 0, "job.environment", name, "a variable name");
        checkText("job.environment", name, 1_000);
        checkText("job.environment " + name, value, Checks.TEXT_CHARS_MAX);
    }

    private static void checkSorted(List<InputEntry> inputs) {
        for (int i = 1; i < inputs.size(); i++) {
            check(
                    inputs.get(i - 1).path().compareTo(inputs.get(i).path()) < 0,
                    "job.inputs",
                    inputs.get(i).path() + " after " + inputs.get(i - 1).path(),
                    "paths sorted, each once");
        }
    }

    /** The digests of all files of the input tree, each once, in tree order. */
    public SequencedSet<Digest> inputDigests() {
        var digests = new LinkedHashSet<Digest>();
        for (InputEntry input : inputs) {
            if (input instanceof InputEntry.File file) {
                digests.add(file.digest());
            }
        }
        return digests;
    }
}
