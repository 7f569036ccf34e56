package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkCount;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** Where a worker gets a toolchain that it lacks: a scheduler's answer. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ToolchainSource.Workers.class, name = "workers"),
    @JsonSubTypes.Type(value = ToolchainSource.Arriving.class, name = "arriving"),
    @JsonSubTypes.Type(value = ToolchainSource.Client.class, name = "client")
})
public sealed interface ToolchainSource {
    /** From one of these, best first; at least one. */
    record Workers(List<Location> locations) implements ToolchainSource {
        private static final int LOCATIONS_MAX = 16;

        public Workers {
            checkCount("locations", locations, LOCATIONS_MAX);
            check(!locations.isEmpty(), "locations", "empty", "at least one");
            locations = List.copyOf(locations);
        }
    }

    /** A client sends it to another worker just now; ask again in a moment. */
    record Arriving(WorkerId at) implements ToolchainSource {}

    /** From the client that wants it used: no worker has it, and this one is to receive it. */
    record Client() implements ToolchainSource {}
}
