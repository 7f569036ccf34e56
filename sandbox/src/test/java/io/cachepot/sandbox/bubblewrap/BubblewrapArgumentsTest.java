package io.cachepot.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxLimits;
import io.cachepot.sandbox.SandboxSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BubblewrapArgumentsTest {
    private static final RootPlan PLAN =
            new RootPlan(
                    List.of(),
                    List.of(
                            new RootPlan.Mount(Path.of("/tc/usr"), "usr"),
                            new RootPlan.Mount(Path.of("/tc/x"), "x")),
                    true,
                    List.of());

    @Test
    void saysItAllToAVersionThatKnowsItAll() {
        assertThat(words("0.8.0", "gcc"))
                .isEqualTo(
                        "/usr/bin/bwrap --unshare-user --unshare-pid --unshare-ipc --unshare-uts"
                                + " --unshare-net --unshare-cgroup-try --disable-userns"
                                + " --die-with-parent --new-session --cap-drop ALL --uid 1000"
                                + " --gid 1000 --hostname sandbox --json-status-fd 3 --seccomp 4"
                                + " --bind /job/root / --ro-bind /tc/usr /usr --ro-bind /tc/x /x"
                                + " --proc /proc --dev-bind /dev/null /dev/null"
                                + " --dev-bind /dev/zero /dev/zero"
                                + " --dev-bind /dev/random /dev/random"
                                + " --dev-bind /dev/urandom /dev/urandom"
                                + " --size 1073741824 --perms 1777 --tmpfs /tmp"
                                + " --clearenv --setenv A 1 --setenv B 2 --chdir /w"
                                + " -- /usr/bin/gcc -c a.c");
    }

    @Test
    void leavesOutWhatAnOldVersionDoesNotKnow() {
        assertThat(words("0.3.0", "gcc"))
                .contains("--info-fd 3", "--tmpfs /tmp", "--cap-drop ALL", "--die-with-parent")
                .doesNotContain(
                        "--json-status-fd", "--clearenv", "--perms", "--size", "--disable-userns");
    }

    @Test
    void namesTheProgramAsTheSpecSaysWhereItCan() {
        assertThat(words("0.9.0", "cc")).endsWith("--argv0 cc -- /usr/bin/gcc -c a.c");
        assertThat(words("0.8.0", "/opt/gcc")).endsWith("-- /usr/bin/gcc -c a.c");
    }

    @Test
    void refusesNameOfTheProgramThatItCanNotSet() {
        assertThatThrownBy(() -> words("0.8.0", "cc"))
                .isInstanceOf(SandboxException.class)
                .hasMessage(
                        "argv[0] is 'cc' for /usr/bin/gcc, expected the same name; bubblewrap 0.8.0"
                                + " can not set it, 0.9.0 can");
    }

    @Test
    void hasNoTmpfsWhenTheJobLiesInTmp() {
        var plan = new RootPlan(List.of(), List.of(), false, List.of());
        assertThat(arguments("0.8.0").job(spec("gcc"), plan, Path.of("/job/root")))
                .doesNotContain("--tmpfs", "--size");
    }

    @Test
    void hasNoFilterWhereThereIsNone() {
        assertThat(arguments("0.8.0", false).job(spec("gcc"), PLAN, Path.of("/job/root")))
                .doesNotContain("--seccomp");
        assertThat(words("0.8.0", "gcc")).contains(" --seccomp 4 ");
    }

    private static String words(String version, String argv0) {
        return String.join(" ", arguments(version).job(spec(argv0), PLAN, Path.of("/job/root")));
    }

    private static BubblewrapArguments arguments(String version) {
        return arguments(version, true);
    }

    private static BubblewrapArguments arguments(String version, boolean hasFilter) {
        return new BubblewrapArguments(
                Path.of("/usr/bin/bwrap"),
                BubblewrapVersion.parse("bubblewrap " + version).orElseThrow(),
                hasFilter);
    }

    private static SandboxSpec spec(String argv0) {
        return new SandboxSpec(
                Path.of("/tc"),
                List.of(),
                "/usr/bin/gcc",
                List.of(argv0, "-c", "a.c"),
                "/w",
                Map.of("B", "2", "A", "1"),
                List.of(),
                SandboxLimits.DEFAULT);
    }
}
