package io.cachepot.sandbox.bubblewrap;

import static java.util.stream.Collectors.joining;

import io.cachepot.sandbox.SandboxException;
import io.cachepot.sandbox.SandboxSpec;
import io.cachepot.sandbox.cgroup.JobCgroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Words of bubblewrap's command line. */
final class BubblewrapArguments {
    /** Where bubblewrap writes its status; the program inside does not inherit it. */
    static final int STATUS_FD = 3;

    /** Where a sandbox host sees the control groups of its jobs. */
    static final Path GROUPS = Path.of("/cg");

    /** Where a sandbox host sees contents that it shows to jobs; as helper/host.c has it. */
    static final String CONTENTS = "/cas";

    /** Where bubblewrap reads the filter of system calls. */
    private static final int FILTER_FD = 4;

    private static final int JOB_ID = 1000;

    private final Path bwrap;
    private final BubblewrapVersion version;
    private final boolean hasFilter;

    /**
     * @param hasFilter whether there is a filter of system calls for this machine
     */
    BubblewrapArguments(Path bwrap, BubblewrapVersion version, boolean hasFilter) {
        this.bwrap = bwrap;
        this.version = version;
        this.hasFilter = hasFilter;
    }

    boolean hasFilter() {
        return hasFilter;
    }

    /** Runs {@code spec}'s program in {@code root}, which looks as {@code plan} says. */
    List<String> job(SandboxSpec spec, RootPlan plan, Path root) {
        var words = closed();
        add(words, "--bind", root.toString(), "/");
        for (RootPlan.Mount mount : plan.mounts()) {
            add(words, "--ro-bind", mount.source().toString(), "/" + mount.path());
        }
        addOwnMounts(words);
        if (plan.hasTmpfs()) {
            addTmpfs(words, spec.limits().outputBytesMax());
        }
        addEnvironment(words, spec.environment());
        add(words, "--chdir", spec.cwd());
        addProgram(words, spec.executable(), spec.arguments());
        return words;
    }

    /**
     * Tries, in {@code root}, all that a job needs; the program is bubblewrap saying its version.
     */
    List<String> trial(Path root) {
        var words = closed();
        add(words, "--ro-bind", "/", "/");
        add(words, "--bind", root.toString(), "/tmp");
        addOwnMounts(words);
        addTmpfs(words, 1 << 20);
        addEnvironment(words, Map.of());
        add(words, "--chdir", "/", "--", bwrap.toString(), "--version");
        return words;
    }

    /** Runs a sandbox host. */
    List<String> host(HostMounts mounts) {
        var words = separated();
        add(words, "--die-with-parent", "--new-session");
        addIdentity(words);
        // In the new user namespace only, and only of the program that builds roots.
        add(words, "--cap-add", "ALL", "--tmpfs", "/");
        add(words, "--ro-bind", mounts.toolchain().toString(), "/tc", "--dir", "/job");
        addOwnMounts(words);
        add(words, "--ro-bind", mounts.helper().toString(), "/host");
        mounts.filter().ifPresent(file -> add(words, "--ro-bind", file.toString(), "/filter"));
        mounts.contents().ifPresent(from -> add(words, "--ro-bind", from.toString(), CONTENTS));
        for (int i = 0; i < mounts.groups().size(); i++) {
            String inside = GROUPS.resolve(Integer.toString(i)).toString();
            add(words, "--bind", mounts.groups().get(i).toString(), inside);
        }
        add(words, "--bind", mounts.directory().toString(), "/run", "--remount-ro", "/");
        add(words, "--", "/host", SandboxHost.socket(Path.of("/run")).toString());
        add(words, mounts.filter().isPresent() ? "/filter" : "/dev/null");
        for (JobCgroup slot : mounts.slots()) {
            add(words, slot.joins(GROUPS).stream().map(Path::toString).collect(joining(":")));
        }
        return words;
    }

    private List<String> separated() {
        var words = new ArrayList<String>();
        add(words, bwrap.toString());
        add(words, "--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts");
        add(words, "--unshare-net");
        return words;
    }

    private static void addIdentity(List<String> words) {
        add(words, "--uid", Integer.toString(JOB_ID), "--gid", Integer.toString(JOB_ID));
        add(words, "--hostname", "sandbox");
    }

    private List<String> closed() {
        List<String> words = separated();
        add(words, "--unshare-cgroup-try");
        if (version.hasDisableUserNamespaces()) {
            add(words, "--disable-userns");
        }
        add(words, "--die-with-parent", "--new-session", "--cap-drop", "ALL");
        addIdentity(words);
        add(words, version.hasStatus() ? "--json-status-fd" : "--info-fd");
        add(words, Integer.toString(STATUS_FD));
        if (hasFilter) {
            add(words, "--seccomp", Integer.toString(FILTER_FD));
        }
        return words;
    }

    /**
     * No {@code --dev}: its tmpfs has no bound. /proc/sys needs no cover as no host root is mapped.
     */
    private static void addOwnMounts(List<String> words) {
        add(words, "--proc", "/proc");
        for (String device : RootPlanner.DEVICES) {
            add(words, "--dev-bind", "/dev/" + device, "/dev/" + device);
        }
    }

    private void addTmpfs(List<String> words, long bytesMax) {
        if (version.hasSize()) {
            add(words, "--size", Long.toString(bytesMax));
        }
        if (version.hasClearEnvironment()) {
            add(words, "--perms", "1777");
        }
        add(words, "--tmpfs", "/tmp");
    }

    /** Bubblewrap itself is started with none; {@code --clearenv} is a second lock. */
    private void addEnvironment(List<String> words, Map<String, String> environment) {
        if (version.hasClearEnvironment()) {
            add(words, "--clearenv");
        }
        new TreeMap<>(environment).forEach((name, value) -> add(words, "--setenv", name, value));
    }

    private void addProgram(List<String> words, String executable, List<String> arguments) {
        String argv0 = arguments.getFirst();
        if (argv0.equals(executable)) {
            add(words, "--");
        } else if (version.hasArgv0()) {
            add(words, "--argv0", argv0, "--");
        } else if (InsidePath.name(argv0).equals(InsidePath.name(executable))) {
            // Programs look at the last component only: gcc for its messages, clang for its mode.
            add(words, "--");
        } else {
            throw new SandboxException(
                    "argv[0] is '"
                            + InsidePath.clip(argv0)
                            + "' for "
                            + executable
                            + ", expected the same name; bubblewrap "
                            + version
                            + " can not set it, 0.9.0 can");
        }
        words.add(executable);
        words.addAll(arguments.subList(1, arguments.size()));
    }

    private static void add(List<String> words, String... more) {
        words.addAll(List.of(more));
    }
}
