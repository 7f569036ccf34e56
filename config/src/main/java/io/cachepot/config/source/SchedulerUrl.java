package io.cachepot.config.source;

import io.cachepot.config.PublicAddress;
import io.cachepot.config.WebAddress;
import java.net.URI;

/** A scheduler as clients and workers name it: as it names itself in its {@code public_addr}. */
final class SchedulerUrl {
    /** What {@link #parse} takes, for an error message. */
    static final String EXPECTED = PublicAddress.EXPECTED;

    private SchedulerUrl() {}

    /**
     * A URL with path {@code /}; of plain HTTP where only {@code host:port} was given.
     *
     * @throws IllegalArgumentException if {@code text} is neither
     */
    static URI parse(String text) {
        return text.contains("://")
                ? WebAddress.parseBase(text)
                : PublicAddress.parse(text).url("http");
    }
}
