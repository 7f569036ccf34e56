package io.cachepot.sandbox.bubblewrap;

import io.cachepot.sandbox.cgroup.JobCgroup;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a sandbox host sees of the machine.
 *
 * @param helper the program in it
 * @param filter of system calls, if there is one for this machine
 * @param directory in which it listens, see {@link SandboxHost#socket}
 * @param contents which jobs may see instead of copies, seen at {@link
 *     BubblewrapArguments#CONTENTS}
 * @param groups in which those of jobs are, seen below {@link BubblewrapArguments#GROUPS}
 * @param slots of those, the ones that jobs are in one after the other
 */
record HostMounts(
        Path toolchain,
        Path helper,
        Optional<Path> filter,
        Path directory,
        Optional<Path> contents,
        List<Path> groups,
        List<JobCgroup> slots) {}
