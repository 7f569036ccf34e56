package io.cachepot.protocol;

import java.util.List;

/** A toolchain and the workers that said they hold it. */
public record ToolchainDetails(ToolchainId toolchain, List<WorkerId> workers) {
    public ToolchainDetails {
        workers = List.copyOf(workers);
    }
}
