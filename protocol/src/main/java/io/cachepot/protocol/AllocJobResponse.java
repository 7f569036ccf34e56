package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;
import static io.cachepot.protocol.Checks.checkCount;
import static io.cachepot.protocol.Checks.checkText;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** A scheduler's answer to {@link AllocJobRequest}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = AllocJobResponse.Granted.class, name = "granted"),
    @JsonSubTypes.Type(value = AllocJobResponse.Refused.class, name = "refused")
})
public sealed interface AllocJobResponse {
    /** At least one grant, at most as many as were asked for. */
    record Granted(List<Grant> grants) implements AllocJobResponse {
        public Granted {
            checkCount("grants", grants, AllocJobRequest.COUNT_MAX);
            check(!grants.isEmpty(), "grants", "empty", "at least one");
            grants = List.copyOf(grants);
        }
    }

    /**
     * No permit came free in time, or there is no worker.
     *
     * @param retryAfterMillis when it is worth asking again
     */
    record Refused(String reason, long retryAfterMillis) implements AllocJobResponse {
        public Refused {
            checkText("reason", reason, 10_000);
            check(retryAfterMillis >= 0, "retry_after_millis", retryAfterMillis, "at least 0");
        }
    }
}
