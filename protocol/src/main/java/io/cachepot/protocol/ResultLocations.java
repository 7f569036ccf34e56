package io.cachepot.protocol;

import static io.cachepot.protocol.Checks.checkCount;

import java.util.List;

/**
 * Who keeps the result of a job.
 *
 * @param locations best first; empty when nobody is known to
 */
public record ResultLocations(List<Location> locations) {
    private static final int LOCATIONS_MAX = 16;

    public ResultLocations {
        checkCount("locations", locations, LOCATIONS_MAX);
        locations = List.copyOf(locations);
    }
}
