package io.cachepot.client.doctor;

import io.cachepot.client.compiler.CompilerDetector.Detected;
import io.cachepot.client.compiler.SearchedPath;
import io.cachepot.client.explain.Advice;
import io.cachepot.protocol.text.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks for compilers, and for cachepot, on PATH. */
public final class CompilerCheck {
    private static final List<String> NAMES =
            List.of("cc", "c++", "gcc", "g++", "clang", "clang++");

    private final SearchedPath path;
    private final Path cwd;
    private final Path self;
    private final Registry registry;
    private final List<Finding> findings = new ArrayList<>();

    /** Knows what a program is. */
    @FunctionalInterface
    public interface Registry {
        Detected find(Path executable) throws IOException, InterruptedException;
    }

    /**
     * @param self the wrapper
     */
    public CompilerCheck(SearchedPath path, Path cwd, Path self, Registry registry) {
        this.path = path;
        this.cwd = cwd;
        this.self = self;
        this.registry = registry;
    }

    public List<Finding> look() throws IOException, InterruptedException {
        findings.clear();
        var missing = new ArrayList<String>();
        var behind = new ArrayList<String>();
        for (String name : NAMES) {
            Optional<SearchedPath.Found> found = path.resolve(name, cwd, self);
            if (found.isEmpty()) {
                missing.add(name);
                continue;
            }
            if (found.get().isBehindSelf()) {
                behind.add(name);
            }
            compiler(name, found.get().file());
        }
        if (missing.size() == NAMES.size()) {
            findings.add(
                    Finding.fail(
                            "compilers",
                            "none of " + String.join(", ", NAMES) + " is on PATH",
                            "install one, or name it by its path"));
        } else if (!missing.isEmpty()) {
            findings.add(Finding.ok("compilers", "not on PATH: " + String.join(", ", missing)));
        }
        ownName();
        use(behind);
        return List.copyOf(findings);
    }

    private void compiler(String name, Path file) throws IOException, InterruptedException {
        switch (registry.find(file)) {
            case Detected.Known(var compiler) ->
                    findings.add(Finding.ok(name, compiler.version() + ", " + file));
            case Detected.Unsupported(var reason) ->
                    findings.add(
                            Finding.warn(
                                    name,
                                    file + " is not cached: " + reason,
                                    Advice.on(reason)
                                            .or(() ->
                                                    Optional.of(
                                                            "name a gcc or clang by its path"))));
        }
    }

    private void ownName() throws IOException {
        Optional<Path> first = path.find("cachepot");
        if (first.isEmpty()) {
            findings.add(
                    Finding.warn(
                            "PATH",
                            "cachepot is not on it",
                            "add " + self.resolveSibling("") + ", or call " + self));
        } else if (Files.exists(self) && !Files.isSameFile(first.get(), self)) {
            findings.add(
                    Finding.warn(
                            "PATH",
                            first.get() + " comes first, this one is " + self,
                            "put " + self.resolveSibling("") + " in front of it"));
        }
    }

    /** How compiles come here. */
    private void use(List<String> behind) {
        findings.add(
                behind.isEmpty()
                        ? Finding.ok(
                                "use",
                                "no compiler's name on PATH leads to cachepot, so put it in front:"
                                        + " CC='cachepot gcc', CMAKE_C_COMPILER_LAUNCHER=cachepot")
                        : Finding.ok(
                                "use",
                                "these names on PATH lead to cachepot: "
                                        + String.join(", ", behind)));
    }
}
