package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkText;

/**
 * How a job came out, for people.
 *
 * @param exitCode as its compiler gave it; -1 when that did not run to its end
 * @param refusal why it did not, for instance that a limit was exceeded; empty when it did
 * @param receiveMicros from the request to the moment when all inputs were there
 * @param waitMicros for a permit
 * @param sandboxMicros to make the sandbox, and to take the outputs out of it
 * @param compilerMicros in the compiler
 * @param stderr the beginning of what the compiler said, at most {@link #STDERR_CHARS_MAX}
 *     characters; empty also where too many jobs said something at once
 */
public record JobEnd(
        int exitCode,
        String refusal,
        long receiveMicros,
        long waitMicros,
        long sandboxMicros,
        long compilerMicros,
        String stderr) {
    public static final int STDERR_CHARS_MAX = 1_000;
    private static final int REFUSAL_CHARS_MAX = 1_000;
    private static final int NO_EXIT = -1;

    /** Of a job that has not ended, or of which nobody said how. */
    public static final JobEnd UNKNOWN = new JobEnd(NO_EXIT, "", 0, 0, 0, 0, "");

    public JobEnd {
        check(exitCode >= NO_EXIT && exitCode <= 255, "exit_code", exitCode, "-1 to 255");
        checkText("refusal", refusal, REFUSAL_CHARS_MAX);
        check(receiveMicros >= 0, "receive_micros", receiveMicros, "at least 0");
        check(waitMicros >= 0, "wait_micros", waitMicros, "at least 0");
        check(sandboxMicros >= 0, "sandbox_micros", sandboxMicros, "at least 0");
        check(compilerMicros >= 0, "compiler_micros", compilerMicros, "at least 0");
        checkText("stderr", stderr, STDERR_CHARS_MAX);
    }

    /** One whose compiler did not run to its end. */
    public static JobEnd refused(String reason) {
        String text = reason.replace('\0', '?');
        return new JobEnd(
                NO_EXIT,
                text.substring(0, Math.min(text.length(), REFUSAL_CHARS_MAX)),
                0,
                0,
                0,
                0,
                "");
    }

    /** The same without what the compiler said. */
    public JobEnd silent() {
        return saying("");
    }

    /** The same with what the compiler said, as far as it fits. */
    public JobEnd saying(String said) {
        String text = said.replace('\0', '?');
        return new JobEnd(
                exitCode,
                refusal,
                receiveMicros,
                waitMicros,
                sandboxMicros,
                compilerMicros,
                text.substring(0, Math.min(text.length(), STDERR_CHARS_MAX)));
    }
}
