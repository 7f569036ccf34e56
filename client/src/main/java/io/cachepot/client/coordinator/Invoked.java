package io.cachepot.client.coordinator;

import io.cachepot.client.wrapper.WrapperRequest;
import java.util.List;

/**
 * A compiler as the user wrote it.
 *
 * @param argv0 what it is to think it is called
 */
record Invoked(String argv0, List<String> arguments) {
    static Invoked of(WrapperRequest request) {
        List<String> arguments = request.arguments();
        return request.masquerade()
                ? new Invoked(baseName(request.invokedAs()), arguments)
                : new Invoked(arguments.getFirst(), arguments.subList(1, arguments.size()));
    }

    String baseName() {
        return baseName(argv0);
    }

    private static String baseName(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
