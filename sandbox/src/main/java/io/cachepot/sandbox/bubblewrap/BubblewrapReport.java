package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.SandboxReport;
import java.util.ArrayList;
import java.util.List;

/** Says what holds with this bubblewrap and what does not. */
final class BubblewrapReport {
    static final String NO_DISK_LIMIT = "no limit of disk space per job, only of each file";

    static final String NO_MEMORY_LIMIT = "no limit of memory per job";

    private BubblewrapReport() {}

    static SandboxReport of(
            BubblewrapVersion version, JobUser user, boolean hasFilter, MachineBounds bounds) {
        return new SandboxReport(
                "bubblewrap " + version,
                protections(user, hasFilter, bounds),
                gaps(version, user, hasFilter, bounds));
    }

    private static List<String> protections(JobUser user, boolean hasFilter, MachineBounds bounds) {
        var protections =
                new ArrayList<>(
                        List.of(
                                "own user, mount, pid, network, ipc and uts namespaces",
                                "no network, not even the worker's loopback",
                                "only the toolchain, read-only, and copies of the inputs are seen",
                                "no capabilities, no new privileges, no setuid",
                                "own session, empty environment",
                                "limits of wall time, stdout, stderr, output size, open files",
                                "outputs are read without following links",
                                "everything dies with the worker"));
        if (hasFilter) {
            protections.add(
                    "a filter of system calls: no namespaces, mounts, tracing, keys, bpf, io_uring");
        }
        bounds.groups()
                .ifPresent(groups ->
                        protections.add(
                                "limits of memory and processes per job, by control groups of"
                                        + " version "
                                        + groups.version()));
        if (user instanceof JobUser.Other(_, var uid)) {
            protections.add("jobs run as user " + uid + ", host root is not mapped");
        }
        return protections;
    }

    private static List<String> gaps(
            BubblewrapVersion version, JobUser user, boolean hasFilter, MachineBounds bounds) {
        var gaps = new ArrayList<>(List.of(NO_DISK_LIMIT));
        if (bounds.groups().isEmpty()) {
            gaps.add(NO_MEMORY_LIMIT + ": " + bounds.gap());
            gaps.add(
                    "processes are limited for all jobs together ("
                            + Launcher.PROCESSES_SHARE
                            + " times the limit of one), not per job");
        }
        if (!hasFilter) {
            gaps.add("no filter of system calls for machines of this kind");
        }
        if (user instanceof JobUser.Same) {
            gaps.add("jobs are the worker's own user on the host");
        }
        if (!version.hasDisableUserNamespaces()) {
            gaps.add("jobs can make user namespaces (bubblewrap before 0.8.0)");
        }
        if (!version.hasSize()) {
            gaps.add("no limit of /tmp in memory (bubblewrap before 0.7.0)");
        }
        if (!version.hasStatus()) {
            gaps.add("failures of the sandbox are told by its words only (before 0.4.0)");
        }
        if (!SpecCheck.isUtf8()) {
            gaps.add("jobs with non-ASCII paths are refused (no UTF-8 locale; set LANG=C.UTF-8)");
        }
        return gaps;
    }
}
