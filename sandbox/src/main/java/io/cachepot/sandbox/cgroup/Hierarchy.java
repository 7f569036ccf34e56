package io.cachepot.sandbox.cgroup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A kind of tree of groups: what its files are called and what they take. */
enum Hierarchy {
    /** Version 2, which has everything in one tree. */
    UNIFIED {
        @Override
        void limitMemory(Path group, long bytes) throws IOException {
            write(group, "memory.max", bytes);
            if (Files.exists(group.resolve("memory.swap.max"))) {
                write(group, "memory.swap.max", 0);
            }
        }

        @Override
        void limitJob(Path group, long memoryBytes, int processes) throws IOException {
            limitMemory(group, memoryBytes);
            // Else the kernel takes one process of several and the driver makes up its own story.
            write(group, "memory.oom.group", 1);
            write(group, "pids.max", processes);
        }

        @Override
        long memoryKills(Path group) throws IOException {
            return count(group, "memory.events", "oom_kill");
        }

        @Override
        long refusedProcesses(Path group) throws IOException {
            return count(group, "pids.events", "max");
        }
    },

    /** Memory in version 1. */
    MEMORY {
        @Override
        void limitMemory(Path group, long bytes) throws IOException {
            write(group, "memory.limit_in_bytes", bytes);
            if (Files.exists(group.resolve("memory.memsw.limit_in_bytes"))) {
                write(group, "memory.memsw.limit_in_bytes", bytes);
            }
        }

        @Override
        void limitJob(Path group, long memoryBytes, int processes) throws IOException {
            limitMemory(group, memoryBytes);
        }

        @Override
        long memoryKills(Path group) throws IOException {
            return count(group, "memory.oom_control", "oom_kill");
        }
    },

    /** Processes in version 1. */
    PIDS {
        @Override
        void limitJob(Path group, long memoryBytes, int processes) throws IOException {
            write(group, "pids.max", processes);
        }

        @Override
        long refusedProcesses(Path group) throws IOException {
            return count(group, "pids.events", "max");
        }
    };

    /** Bounds all that is below {@code group}, where memory is what this tree bounds. */
    void limitMemory(Path group, long bytes) throws IOException {}

    abstract void limitJob(Path group, long memoryBytes, int processes) throws IOException;

    /** How many processes of {@code group} the kernel killed for want of memory, ever. */
    long memoryKills(Path group) throws IOException {
        return 0;
    }

    /** How often a process was not made because there were too many, ever. */
    long refusedProcesses(Path group) throws IOException {
        return 0;
    }

    static void write(Path group, String file, long value) throws IOException {
        Files.writeString(group.resolve(file), Long.toString(value));
    }

    /** A number of a file of lines like {@code oom_kill 3}; 0 when it is not there. */
    private static long count(Path group, String file, String key) throws IOException {
        List<String> lines = Files.readAllLines(group.resolve(file));
        return lines.stream()
                .map(line -> line.split(" ", -1))
                .filter(words -> words.length == 2 && words[0].equals(key))
                .mapToLong(words -> Long.parseLong(words[1]))
                .findFirst()
                .orElse(0);
    }
}
