package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.check;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * Names a worker: the {@code host:port} at which clients reach it, as written in its token; an IPv6
 * host stands in brackets.
 */
public record WorkerId(@JsonValue String address) {
    private static final Pattern HOST_PORT =
            Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.%]{2,64}]):[0-9]{1,5}");

    @JsonCreator
    public WorkerId {
        check(HOST_PORT.matcher(address).matches(), "worker", address, "host:port");
    }

    @Override
    public String toString() {
        return address;
    }
}
