package io.cachepot.client.doctor;

import io.cachepot.protocol.text.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks at the variables of whoever asks. */
public final class EnvironmentCheck {
    private static final String SUBJECT = "environment";
    private static final long ROOM_BYTES_MIN = 100L << 20;

    private final Map<String, String> environment;
    private final List<Finding> findings = new ArrayList<>();

    public EnvironmentCheck(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /**
     * Looks.
     *
     * @param untracked a variable with which no compile is cached
     */
    public List<Finding> look(Optional<String> untracked) {
        findings.clear();
        untracked.ifPresent(name ->
                warn(name + " is set: no compile is cached with it", "unset it for the build"));
        if ("1".equals(environment.get("CACHEPOT_DISABLE"))) {
            warn("CACHEPOT_DISABLE is 1: compiles pass by cachepot", "unset it");
        }
        if (isSet("CACHEPOT_RECACHE")) {
            warn(
                    "CACHEPOT_RECACHE is set: a coordinator started with it never looks up",
                    "unset it, then cachepot --stop-coordinator");
        }
        if (isSet("CCACHE_PREFIX")) {
            warn(
                    "CCACHE_PREFIX is set: ccache would put another program in front of compilers",
                    "use cachepot instead of ccache, not behind it");
        }
        if (isSet("DISTCC_HOSTS") || isSet("DISTCC_POTENTIAL_HOSTS")) {
            warn(
                    "variables of distcc are set; cachepot does not read them",
                    "name a scheduler in the configuration to compile on other machines");
        }
        if (findings.isEmpty()) {
            findings.add(Finding.ok(SUBJECT, "no variable that costs hits"));
        }
        temporary();
        return List.copyOf(findings);
    }

    private boolean isSet(String name) {
        return !environment.getOrDefault(name, "").isEmpty();
    }

    private void warn(String text, String fix) {
        findings.add(Finding.warn(SUBJECT, text, fix));
    }

    /** Compilers put their intermediate files there. */
    private void temporary() {
        String name = isSet("TMPDIR") ? environment.getOrDefault("TMPDIR", "") : "/tmp";
        try {
            Path directory = Path.of(name);
            if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
                findings.add(
                        Finding.fail(
                                "TMPDIR",
                                name + " is not a directory that can be written",
                                "set TMPDIR to one: compilers need it"));
                return;
            }
            long room = Files.getFileStore(directory).getUsableSpace();
            findings.add(
                    room < ROOM_BYTES_MIN
                            ? Finding.warn(
                                    "TMPDIR",
                                    name + " has " + (room >> 20) + " MiB left",
                                    "make room: compilers need it")
                            : Finding.ok("TMPDIR", name));
        } catch (IOException | InvalidPathException e) {
            findings.add(Finding.warn("TMPDIR", name + ": " + e, "set TMPDIR to a directory"));
        }
    }
}
