package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.INFO;

import io.cachepot.client.auth.TokenFetch;
import io.cachepot.client.cli.ClientCommand;
import io.cachepot.client.cli.ClientCommand.OutputFormat;
import io.cachepot.client.compiler.CompilerDetector.Detected;
import io.cachepot.client.compiler.CompilerNames;
import io.cachepot.client.compiler.SearchedPath;
import io.cachepot.client.compiler.rustc.RustDetector;
import io.cachepot.client.packaging.ToolchainContent;
import io.cachepot.client.packaging.ToolchainFiles;
import io.cachepot.client.packaging.ToolchainPackager;
import io.cachepot.client.wrapper.WrapperGoneException;
import io.cachepot.client.wrapper.WrapperRequest;
import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries out what {@code cachepot --flag} asks of the coordinator. */
final class Commands {
    private static final System.Logger LOG = System.getLogger(Commands.class.getName());
    private static final int EXIT_ERROR = 2;

    private final StatsCommand stats;
    private final BuildCommand builds;
    private final ExplainCommand explain;
    private final DoctorCommand doctor;
    private final CompileCache cache;
    private final PendingStores pending;
    private final CompilerRegistry compilers;
    private final RustCompilers rust;
    private final DistStatus distStatus;
    private final TokenFetch tokens;
    private final List<String> warnings;
    private final Departure departure;

    /**
     * @param warnings told to whoever starts the coordinator by hand
     * @param departure makes the coordinator leave once its sessions are done
     */
    Commands(
            StatsCommand stats,
            BuildCommand builds,
            ExplainCommand explain,
            DoctorCommand doctor,
            CompileCache cache,
            PendingStores pending,
            CompilerRegistry compilers,
            RustCompilers rust,
            DistStatus distStatus,
            TokenFetch tokens,
            List<String> warnings,
            Departure departure) {
        this.stats = stats;
        this.builds = builds;
        this.explain = explain;
        this.doctor = doctor;
        this.cache = cache;
        this.pending = pending;
        this.compilers = compilers;
        this.rust = rust;
        this.distStatus = distStatus;
        this.tokens = tokens;
        this.warnings = List.copyOf(warnings);
        this.departure = departure;
    }

    /** The coordinator's end. */
    @FunctionalInterface
    interface Departure {
        /** Asks for it and waits until only the answer is left to give. */
        void await() throws InterruptedException;
    }

    void run(ClientCommand command, WrapperRequest request, BuildSide build)
            throws IOException, InterruptedException {
        pending.awaitAll();
        switch (command) {
            case ClientCommand.ShowStats(var format) -> say(build, stats.show(format));
            case ClientCommand.ShowBuild(var number, var format) ->
                    builds.show(number, format, build);
            case ClientCommand.Trace(var number, var file) -> builds.trace(number, file, build);
            case ClientCommand.ZeroStats(var format) -> say(build, stats.zero(format));
            case ClientCommand.Explain(var file, var format) ->
                    explain.run(file, format, Path.of(request.cwd()), build);
            case ClientCommand.Doctor(var format) -> doctor.run(format, request, build);
            case ClientCommand.StartCoordinator _ -> start(request, build);
            case ClientCommand.StopCoordinator(var format) -> {
                String counted = stats.show(format);
                departure.await();
                String heading = format == OutputFormat.TEXT ? "Stopping cachepot server...\n" : "";
                say(build, heading + counted);
            }
            case ClientCommand.ClearCache _ -> clear(build);
            case ClientCommand.DistStatus _ -> say(build, distStatus.json());
            case ClientCommand.DistAuth(var pasted) -> distAuth(pasted, build);
            case ClientCommand.PackageToolchain(var executable, var archive) ->
                    packageToolchain(executable, archive, request, build);
            case ClientCommand.Say(var text, var isError, var exitCode) -> {
                var words = Bytes.utf8(text);
                build.finish(
                        isError ? Bytes.EMPTY : words, isError ? words : Bytes.EMPTY, exitCode);
            }
        }
    }

    private static void say(BuildSide build, String text) throws IOException {
        build.finish(Bytes.utf8(text), Bytes.EMPTY, 0);
    }

    private static void fail(BuildSide build, String problem, String cause) throws IOException {
        String text = "cachepot: error: " + problem + "\n" + "cachepot: caused by: " + cause + "\n";
        build.finish(Bytes.EMPTY, Bytes.utf8(text), EXIT_ERROR);
    }

    private void start(WrapperRequest request, BuildSide build) throws IOException {
        if (!request.startedCoordinator()) {
            fail(build, "Coordinator startup failed: Address in use", "one is running already");
            return;
        }
        var text = new StringBuilder();
        warnings.forEach(
                warning -> text.append("cachepot: warning: ").append(warning).append('\n'));
        build.finish(
                Bytes.utf8("cachepot: Starting the server...\n"), Bytes.utf8(text.toString()), 0);
    }

    private void clear(BuildSide build) throws IOException {
        try {
            cache.clear();
            explain.cleared();
            build.exit(0);
        } catch (IOException e) {
            fail(build, "cache not cleared", String.valueOf(e));
        }
    }

    private void distAuth(String pasted, BuildSide build) throws IOException, InterruptedException {
        if (!tokens.isNeeded()) {
            LOG.log(INFO, "No authentication needed for type 'token'");
            build.exit(0);
            return;
        }
        String told;
        try {
            told =
                    pasted.isEmpty()
                            ? build.<String, IOException>whileThere(
                                    () -> tokens.fetch(words -> build.print(Bytes.utf8(words))))
                            : tokens.paste(pasted);
        } catch (WrapperGoneException e) {
            throw e;
        } catch (IOException e) {
            fail(build, "no token fetched", String.valueOf(e.getMessage()));
            return;
        }
        say(build, told);
    }

    private void packageToolchain(
            String executable, Path archive, WrapperRequest request, BuildSide build)
            throws IOException, InterruptedException {
        Optional<Path> found =
                SearchedPath.of(request.environment())
                        .resolve(executable, Path.of(request.cwd()), Path.of(request.self()))
                        .map(SearchedPath.Found::file);
        if (found.isEmpty()) {
            fail(build, "toolchain not packaged", "cannot find '" + executable + "' on PATH");
            return;
        }
        ToolchainContent content;
        try {
            content = content(found.get(), request, build);
        } catch (UnsupportedException e) {
            fail(build, "toolchain not packaged", found.get() + ": " + e.getMessage());
            return;
        }
        try {
            write(ToolchainPackager.files(content), archive);
            build.exit(0);
        } catch (IOException e) {
            fail(build, "toolchain not packaged to " + archive, String.valueOf(e));
        }
    }

    private static final class UnsupportedException extends Exception {
        private static final long serialVersionUID = 1L;

        UnsupportedException(String reason) {
            super(reason);
        }
    }

    private ToolchainContent content(Path compiler, WrapperRequest request, BuildSide build)
            throws IOException, InterruptedException, UnsupportedException {
        Map<String, String> environment = request.environment();
        if (CompilerNames.isRust(String.valueOf(compiler.getFileName()))) {
            return switch (rust.find(compiler, Optional.empty(), environment, build)) {
                case RustDetector.Detected.Unsupported(var reason) ->
                        throw new UnsupportedException(reason);
                case RustDetector.Detected.Known(var known) -> ToolchainContent.of(known);
            };
        }
        return switch (compilers.find(compiler, environment, build)) {
            case Detected.Unsupported(var reason) -> throw new UnsupportedException(reason);
            case Detected.Known(var known) -> ToolchainContent.of(known);
        };
    }

    private static void write(ToolchainFiles files, Path archive) throws IOException {
        Path temporary = archive.resolveSibling(archive.getFileName() + ".tmp");
        try {
            try (var out = Files.newOutputStream(temporary)) {
                ToolchainPackager.write(files, ToolchainPackager.Compression.GZIP, out);
            }
            Files.move(temporary, archive, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
