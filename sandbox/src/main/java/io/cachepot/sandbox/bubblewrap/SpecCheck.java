package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxInput;
import io.cachepot.sandbox.SandboxSpec;
import java.nio.charset.StandardCharsets;

/** Refuses specs whose texts can not be handed to a process; paths are the planner's affair. */
final class SpecCheck {
    private static final int INPUTS_MAX = 100_000;

    /** Java hands paths and words to the system in this encoding; what it lacks becomes '?'. */
    private static final boolean IS_UTF8 =
            StandardCharsets.UTF_8.name().equals(System.getProperty("sun.jnu.encoding"));

    private SpecCheck() {}

    static void check(SandboxSpec spec) {
        if (spec.inputs().size() > INPUTS_MAX) {
            throw new SandboxException(
                    "inputs are " + spec.inputs().size() + ", expected at most " + INPUTS_MAX);
        }
        if (spec.arguments().isEmpty()) {
            throw new SandboxException("arguments are none, expected at least argv[0]");
        }
        InsidePath.components("executable", spec.executable());
        checkText("executable", spec.executable());
        spec.arguments().forEach(argument -> checkText("argument", argument));
        spec.environment().forEach(SpecCheck::checkVariable);
        checkText("cwd", spec.cwd());
        spec.outputs().forEach(output -> checkText("output", output));
        for (SandboxInput input : spec.inputs()) {
            checkText("input", input.path());
            if (input instanceof SandboxInput.Link link) {
                checkText("target of a link", link.target());
            }
        }
    }

    private static void checkVariable(String name, String value) {
        if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw new SandboxException(
                    "variable is '" + InsidePath.clip(name) + "', expected a name without '='");
        }
        checkText("variable", name);
        checkText("variable " + name, value);
    }

    private static void checkText(String what, String text) {
        if (text.indexOf('\0') >= 0) {
            throw new SandboxException(what + " has a NUL, expected text without");
        }
        if (!IS_UTF8 && !text.chars().allMatch(c -> c < 0x80)) {
            throw new SandboxException(
                    what
                            + " is '"
                            + InsidePath.clip(text)
                            + "', expected ASCII as this worker has no UTF-8 locale; start it"
                            + " with LANG=C.UTF-8");
        }
    }

    static boolean isUtf8() {
        return IS_UTF8;
    }
}
