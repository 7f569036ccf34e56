package io.cachepot.node;

import java.util.Objects;

/** Says on stderr why a command failed, as cachepot always has. */
final class Failure {
    static final int EXIT_CODE = 2;

    private static final int CAUSES_MAX = 5;

    private Failure() {}

    /** {@code cachepot-dist: error: ...} and the causes that add something, a line each. */
    static String text(Throwable failure) {
        var text = new StringBuilder("cachepot-dist: error: " + message(failure) + "\n");
        String said = message(failure);
        Throwable cause = failure.getCause();
        for (int i = 0; cause != null && i < CAUSES_MAX; i++, cause = cause.getCause()) {
            if (!said.contains(message(cause))) {
                text.append("cachepot-dist: caused by: ").append(message(cause)).append('\n');
                said += message(cause);
            }
        }
        return text.toString();
    }

    private static String message(Throwable failure) {
        return Objects.requireNonNullElse(failure.getMessage(), failure.getClass().getSimpleName())
                .replace('\n', ' ');
    }
}
