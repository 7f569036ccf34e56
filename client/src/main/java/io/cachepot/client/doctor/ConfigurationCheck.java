package io.cachepot.client.doctor;

import io.cachepot.config.ClientConfig;
import io.cachepot.config.ConfigException;
import io.cachepot.config.source.ConfigLoader;
import io.cachepot.config.source.Platform;
import io.cachepot.protocol.text.Finding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Compares the settings that whoever asks would get with those that the coordinator has. */
public final class ConfigurationCheck {
    private static final String SUBJECT = "configuration";

    private ConfigurationCheck() {}

    /**
     * Looks.
     *
     * @param platform of whoever asks
     * @param running the coordinator's settings, made when it was started
     */
    public static List<Finding> of(Platform platform, ClientConfig running) {
        var findings = new ArrayList<Finding>();
        try {
            Path file = platform.clientFile();
            var loaded = new ConfigLoader(platform).client();
            findings.add(
                    Finding.ok(
                            SUBJECT,
                            Files.exists(file)
                                    ? file.toString()
                                    : "defaults; a file would be read from " + file));
            loaded.warnings()
                    .forEach(warning ->
                            findings.add(Finding.warn(SUBJECT, warning, "mend it in " + file)));
            compare(loaded.config(), running, findings);
        } catch (ConfigException e) {
            findings.add(
                    Finding.fail(
                            SUBJECT,
                            String.valueOf(e.getMessage()),
                            "mend it, then cachepot --stop-coordinator; the one that runs still has"
                                    + " other settings"));
        }
        return findings;
    }

    private static void compare(ClientConfig here, ClientConfig running, List<Finding> findings) {
        if (!here.cache().disk().equals(running.cache().disk())) {
            differs(
                    "cache " + here.cache().disk().dir() + ", " + here.cache().disk().bytesMax(),
                    running.cache().disk().dir() + ", " + running.cache().disk().bytesMax(),
                    findings);
        }
        if (!here.dist().equals(running.dist())) {
            differs(
                    "[dist] with schedulers " + here.dist().schedulerUrls(),
                    "another one, schedulers " + running.dist().schedulerUrls(),
                    findings);
        }
        if (!here.basedirs().equals(running.basedirs())) {
            differs("basedirs " + here.basedirs(), running.basedirs().toString(), findings);
        }
    }

    private static void differs(String here, String running, List<Finding> findings) {
        findings.add(
                Finding.warn(
                        SUBJECT,
                        "here it says " + here + "; the coordinator was started with " + running,
                        "cachepot --stop-coordinator; the next compile starts one with these"
                                + " settings"));
    }
}
