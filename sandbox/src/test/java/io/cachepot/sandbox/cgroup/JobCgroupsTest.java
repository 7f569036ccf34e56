package io.cachepot.sandbox.cgroup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is written where, in directories that only look like groups; that the kernel does as it is
 * told is seen by the sandboxes' attempts.
 */
class JobCgroupsTest {
    private static final long PID = ProcessHandle.current().pid();
    private static final long MEMORY = 8L << 30;

    @TempDir private Path mount;
    private Path group;
    private final List<Path> owned = new ArrayList<>();

    @BeforeEach
    void makeGroup() throws IOException {
        group = Files.createDirectory(mount.resolve("worker.service"));
        Files.writeString(group.resolve("cgroup.controllers"), "cpu memory pids\n");
        Files.writeString(group.resolve("cgroup.type"), "domain\n");
        Files.writeString(group.resolve("cgroup.procs"), PID + "\n");
    }

    private OwnCgroups unified() {
        return OwnCgroups.parse(
                List.of("0::/worker.service"),
                List.of("30 24 0:27 / " + mount + " rw - cgroup2 cgroup2 rw"));
    }

    private JobCgroups open(OwnCgroups own) throws IOException {
        return JobCgroups.open(own, PID, MEMORY, owned::add);
    }

    private static Path group(Path join) {
        return Objects.requireNonNull(join.getParent());
    }

    private static String read(Path group, String file) throws IOException {
        return Files.readString(group.resolve(file));
    }

    @Test
    void movesIntoALeafAndBoundsAllJobsTogether() throws IOException {
        // When
        JobCgroups groups = open(unified());

        // Then
        assertThat(read(group, "main/cgroup.procs")).isEqualTo(Long.toString(PID));
        assertThat(read(group, "cgroup.subtree_control")).isEqualTo("+memory +pids");
        assertThat(groups.version()).isEqualTo(2);
        Path parent = groups.parents().getFirst();
        assertThat(parent).hasParent(group);
        assertThat(read(parent, "cgroup.subtree_control")).isEqualTo("+memory +pids");
        assertThat(read(parent, "memory.max")).isEqualTo(Long.toString(MEMORY));
        assertThat(owned).containsExactly(group.resolve("cgroup.procs"));
    }

    @Test
    void boundsAJob() throws IOException {
        // Given
        JobCgroups groups = open(unified());

        // When
        JobCgroup job = groups.create(1 << 20, 64);

        // Then
        Path own = group(job.joins().getFirst());
        assertThat(own).hasParent(groups.parents().getFirst());
        assertThat(read(own, "memory.max")).isEqualTo("1048576");
        assertThat(read(own, "memory.oom.group")).isEqualTo("1");
        assertThat(read(own, "pids.max")).isEqualTo("64");
        assertThat(owned).endsWith(own.resolve("cgroup.procs"));
        assertThat(job.joins(Path.of("/cg")))
                .containsExactly(Path.of("/cg/0", own.getFileName().toString(), "cgroup.procs"));
    }

    @Test
    void tellsWhatAJobRanInto() throws IOException {
        // Given
        JobCgroup job = open(unified()).create(1 << 20, 64);
        Path own = group(job.joins().getFirst());

        // When
        Files.writeString(own.resolve("memory.events"), "low 0\nmax 9\noom 1\noom_kill 0\n");
        Files.writeString(own.resolve("pids.events"), "max 0\n");

        // Then
        assertThat(job.isOutOfMemory()).as("it was short of memory, and got it").isFalse();
        assertThat(job.isOutOfProcesses()).isFalse();

        // When
        Files.writeString(own.resolve("memory.events"), "low 0\nmax 9\noom 1\noom_kill 2\n");
        Files.writeString(own.resolve("pids.events"), "max 7\n");

        // Then
        assertThat(job.isOutOfMemory()).isTrue();
        assertThat(job.isOutOfProcesses()).isTrue();
    }

    @Test
    void leavesAGroupAloneInWhichOthersAre() throws IOException {
        // Given
        Files.writeString(group.resolve("cgroup.procs"), PID + "\n1\n");

        // When
        // Then
        assertThatThrownBy(() -> open(unified()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(group.toString())
                .hasMessageContaining("process 1 is in it")
                .hasMessageContaining("Delegate=yes");
        assertThat(group.resolve("main")).doesNotExist();
    }

    @Test
    void needsNoLeafAtTheRootOfTheTree() throws IOException {
        // Given
        Files.delete(group.resolve("cgroup.type"));
        Files.writeString(group.resolve("cgroup.procs"), PID + "\n1\n");

        // When
        JobCgroups groups = open(unified());

        // Then
        assertThat(group.resolve("main")).doesNotExist();
        assertThat(groups.parents()).singleElement().satisfies(each -> assertThat(each).exists());
    }

    @Test
    void takesVersion1WhereVersion2HasNoControllers() throws IOException {
        // Given
        Files.writeString(group.resolve("cgroup.controllers"), "\n");
        Path memory = Files.createDirectory(mount.resolve("memory"));
        Path pids = Files.createDirectory(mount.resolve("pids"));
        OwnCgroups own =
                OwnCgroups.parse(
                        List.of("2:memory:/", "1:pids:/", "0::/worker.service"),
                        List.of(
                                "30 24 0:27 / " + mount + " rw - cgroup2 cgroup2 rw",
                                "31 24 0:28 / " + memory + " rw - cgroup cgroup rw,memory",
                                "32 24 0:29 / " + pids + " rw - cgroup cgroup rw,pids"));

        // When
        JobCgroups groups = open(own);
        JobCgroup job = groups.create(1 << 20, 64);

        // Then
        assertThat(groups.version()).isEqualTo(1);
        assertThat(groups.parents()).extracting(Path::getParent).containsExactly(memory, pids);
        Path ofMemory = group(job.joins().getFirst());
        Path ofPids = group(job.joins().getLast());
        assertThat(read(ofMemory, "memory.limit_in_bytes")).isEqualTo("1048576");
        assertThat(read(ofPids, "pids.max")).isEqualTo("64");
        Files.writeString(
                ofMemory.resolve("memory.oom_control"),
                "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
        Files.writeString(ofPids.resolve("pids.events"), "max 0\n");
        assertThat(job.isOutOfMemory()).isTrue();
        assertThat(job.isOutOfProcesses()).isFalse();
    }

    @Test
    void saysWhatIsMissingWhereThereIsNothing() {
        // Given
        OwnCgroups own = OwnCgroups.parse(List.of(), List.of());

        // When
        // Then
        assertThatThrownBy(() -> open(own))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("memory")
                .hasMessageContaining("mounted");
    }

    @Test
    void removesGroupsOfDeadWorkersOnly() throws IOException {
        // Given
        Path dead = Files.createDirectory(group.resolve("cachepot-999999999-1"));
        Files.createDirectory(dead.resolve("job-1"));
        Path alive = Files.createDirectory(group.resolve("cachepot-" + PID + "-0"));
        Path other = Files.createDirectory(group.resolve("cachepot-other"));

        // When
        open(unified());

        // Then
        assertThat(dead).doesNotExist();
        assertThat(alive).exists();
        assertThat(other).exists();
    }
}
