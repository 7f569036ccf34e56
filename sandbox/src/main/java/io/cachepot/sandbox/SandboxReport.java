package io.cachepot.sandbox;

import java.util.List;

/**
 * What protects the host from a job here.
 *
 * @param name of the implementation, {@code bubblewrap} say
 * @param protections what holds, a few words each
 * @param gaps what does not hold on this machine and why
 */
public record SandboxReport(String name, List<String> protections, List<String> gaps) {
    public SandboxReport {
        protections = List.copyOf(protections);
        gaps = List.copyOf(gaps);
    }
}
