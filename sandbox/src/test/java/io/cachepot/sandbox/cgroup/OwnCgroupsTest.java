package io.cachepot.sandbox.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class OwnCgroupsTest {
    private static final String UNIFIED =
            "30 24 0:27 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate";

    @Test
    void findsTheGroupOfVersion2() {
        // Given
        var own = OwnCgroups.parse(List.of("0::/system.slice/cachepot.service"), List.of(UNIFIED));

        // When
        // Then
        assertThat(own.unified()).contains(Path.of("/sys/fs/cgroup/system.slice/cachepot.service"));
        assertThat(own.of("memory")).isEmpty();
    }

    @Test
    void findsTheGroupsOfVersion1AmongOthers() {
        // Given
        var own =
                OwnCgroups.parse(
                        List.of("9:cpu,cpuacct:/", "4:memory:/a/b", "2:pids:/", "0::/x"),
                        List.of(
                                "22 1 0:20 / /proc rw - proc proc rw",
                                "31 25 0:28 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu,cpuacct",
                                "33 25 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
                                "34 25 0:31 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids"));

        // When
        // Then
        assertThat(own.of("memory")).contains(Path.of("/sys/fs/cgroup/memory/a/b"));
        assertThat(own.of("pids")).contains(Path.of("/sys/fs/cgroup/pids"));
        assertThat(own.of("cpu")).contains(Path.of("/sys/fs/cgroup/cpu"));
        assertThat(own.unified()).as("not mounted").isEmpty();
    }

    /** In a container the mount shows a part of the tree. */
    @Test
    void findsAGroupBelowTheRootOfItsMount() {
        // Given
        var own =
                OwnCgroups.parse(
                        List.of("4:memory:/docker/1f/job", "2:pids:/docker/2"),
                        List.of(
                                "33 25 0:30 /docker/1f /sys/fs/cgroup/memory rw - cgroup c rw,memory",
                                "34 25 0:31 /docker/1f /sys/fs/cgroup/pids rw - cgroup c rw,pids"));

        // When
        // Then
        assertThat(own.of("memory")).contains(Path.of("/sys/fs/cgroup/memory/job"));
        assertThat(own.of("pids")).as("outside of what is mounted").isEmpty();
    }

    @Test
    void readsBlanksInPaths() {
        // Given
        var own =
                OwnCgroups.parse(
                        List.of("0::/a b"),
                        List.of("30 24 0:27 / /mnt/c\\040g rw - cgroup2 cgroup2 rw"));

        // When
        // Then
        assertThat(own.unified()).contains(Path.of("/mnt/c g/a b"));
    }

    @Test
    void takesNothingFromWhatItDoesNotUnderstand() {
        // Given
        var own = OwnCgroups.parse(List.of("", "x", "1:2"), List.of("", "a b", "1 2 3 4 5 - x"));

        // When
        // Then
        assertThat(own.unified()).isEmpty();
        assertThat(own.of("memory")).isEmpty();
    }
}
