package io.cachepot.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Examples;
import io.cachepot.protocol.InputEntry;
import io.cachepot.protocol.Job;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResultKeyTest {
    private static final Job JOB = Examples.JOB;

    private static Job job(
            String executable, List<String> arguments, String cwd, Map<String, String> variables) {
        return new Job(
                JOB.toolchain(),
                executable,
                arguments,
                cwd,
                variables,
                JOB.inputs(),
                JOB.outputs(),
                JOB.timeoutMillis());
    }

    @Test
    void everythingButTheTimeCounts() {
        // Given
        var arguments = new ArrayList<>(JOB.arguments());
        arguments.add("-O2");
        var variables = new HashMap<>(JOB.environment());
        variables.put("CPATH", "/x");
        var keys = new HashSet<Digest>();

        // When
        keys.add(ResultKey.of(JOB));
        keys.add(ResultKey.of(job("/cc", JOB.arguments(), JOB.cwd(), JOB.environment())));
        keys.add(ResultKey.of(job(JOB.executable(), arguments, JOB.cwd(), JOB.environment())));
        keys.add(ResultKey.of(job(JOB.executable(), JOB.arguments(), "/", JOB.environment())));
        keys.add(ResultKey.of(job(JOB.executable(), JOB.arguments(), JOB.cwd(), variables)));
        keys.add(ResultKey.of(with(List.of(), JOB.outputs(), 5)));
        keys.add(ResultKey.of(with(JOB.inputs(), List.of("/other.o"), 5)));

        // Then
        assertThat(keys).hasSize(7);
        assertThat(ResultKey.of(with(JOB.inputs(), JOB.outputs(), 5))).isEqualTo(ResultKey.of(JOB));
    }

    private static Job with(List<InputEntry> inputs, List<String> outputs, long millis) {
        return new Job(
                JOB.toolchain(),
                JOB.executable(),
                JOB.arguments(),
                JOB.cwd(),
                JOB.environment(),
                inputs,
                outputs,
                millis);
    }

    /** Every client and worker of a cluster must come to the same. */
    @Test
    void theKeyOfAJobNeverChanges() {
        assertThat(ResultKey.of(JOB).hex())
                .isEqualTo("a424f988ecdbd34a6ebed97c32391a19ed3712495ab0d431e0aa0bb2fca4d797");
    }
}
