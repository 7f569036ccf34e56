package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.checkText;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A worker's answer to a toolchain. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = SubmitToolchainResult.Ready.class, name = "ready"),
    @JsonSubTypes.Type(value = SubmitToolchainResult.Refused.class, name = "refused")
})
public sealed interface SubmitToolchainResult {
    /** It is unpacked; jobs may run. */
    record Ready() implements SubmitToolchainResult {}

    /**
     * It is broken, hostile, too large, or not what its id says; sending it again will not help.
     */
    record Refused(String reason) implements SubmitToolchainResult {
        public Refused {
            checkText("reason", reason, 10_000);
        }
    }
}
