package io.cachepot.node.doctor;

import io.cachepot.config.source.Loaded;
import io.cachepot.protocol.text.Finding;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks at the settings of a node. */
public final class SettingsCheck {
    private SettingsCheck() {}

    /** Looks at {@code file}, from which {@code loaded} came. */
    public static List<Finding> of(Path file, Loaded<?> loaded) {
        var findings = new ArrayList<Finding>();
        findings.add(OwnFiles.settings(file));
        loaded.warnings()
                .forEach(warning ->
                        findings.add(Finding.warn("settings", warning, "mend it in " + file)));
        return findings;
    }
}
