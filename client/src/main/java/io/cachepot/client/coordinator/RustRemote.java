package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.INFO;

import io.cachepot.client.cache.OutputFiles;
import io.cachepot.client.compiler.rustc.DependencyList;
import io.cachepot.client.compiler.rustc.RustCompiler;
import io.cachepot.client.compiler.rustc.RustcInvocation.SearchPath;
import io.cachepot.client.compiler.rustc.RustcInvocation.Trait;
import io.cachepot.client.coordinator.RustInputs.Gathered;
import io.cachepot.client.dist.DistException;
import io.cachepot.client.dist.RemoteCompiler;
import io.cachepot.client.dist.RemoteJob;
import io.cachepot.client.dist.RemoteResult;
import io.cachepot.client.include.FileMemory;
import io.cachepot.client.include.Inputs.Variable;
import io.cachepot.client.key.RustKeys;
import io.cachepot.client.packaging.InputTree;
import io.cachepot.client.packaging.PackageTree;
import io.cachepot.client.packaging.ToolchainArchive;
import io.cachepot.client.packaging.ToolchainArchives;
import io.cachepot.client.packaging.ToolchainContent;
import io.cachepot.config.Toolchain;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Job;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Crates on workers: the same command line in the same directory, over the files of the package and
 * every crate that may be loaded. What a crate reads from elsewhere shows when the worker does not
 * find it; then it is compiled here, and the next time those files go along.
 */
final class RustRemote {
    private static final System.Logger LOG = System.getLogger(RustRemote.class.getName());
    private static final Duration TIMEOUT = Duration.ofHours(1);

    /** With more than that, the package is not only source. */
    private static final int PACKAGE_FILES_MAX = 4_000;

    private static final long PACKAGE_BYTES_MAX = 64L << 20;
    private static final String UNQUOTED = "a message about a file that the worker did not have";

    private static final int LEARNED_MAX = 10_000;
    private static final int SOURCES_MAX = 50_000;

    /** A word between quotation marks, as {@code env!} has it. */
    private static final Pattern QUOTED = Pattern.compile("\"([A-Za-z_][A-Za-z0-9_]*)\"");

    /** A file as messages name it. */
    private static final Pattern MENTIONED = Pattern.compile("([^\\s\":]+\\.rs)\\b");

    /** Older releases leave out where, if they do not have the file. */
    private static final Pattern PLACELESS = Pattern.compile("(?m)^note: [^\\n]*\\n(?! *-->)");

    /**
     * Where a macro is written down that other crates may use: rustc reads that file again when it
     * compiles them, if it is there, and makes another crate of it if it is not.
     */
    private static final Pattern MACRO =
            Pattern.compile("macro_export|proc_macro|decl_macro|pub macro ");

    /** Of a package, but not read by the crate at its root. */
    private static final Set<String> ASIDE = Set.of("tests", "benches", "fuzz", "node_modules");

    /** Errors that a file or a variable that is not on the worker would make. */
    private static final Pattern SUSPICIOUS =
            Pattern.compile(
                    "os error|couldn't read|No such file|E0463|E0460|E0583|E0786|panicked"
                            + "|environment variable|not defined at compile time|SIG[A-Z]{3,}"
                            + "|internal compiler error|can't find crate");

    /** An error without a number: a macro may make it of anything, and so does the parser. */
    private static final Pattern UNNUMBERED =
            Pattern.compile(
                    "\"message\":\"(?!aborting due)[^\"]*\",\"code\":null,\"level\":\"error\""
                            + "|(?m)^error: (?!aborting due)");

    /**
     * Rustc itself would look for what they name, a job server for one; a source that only mentions
     * them does not get them.
     */
    private static final Set<String> OF_THIS_MACHINE =
            Set.of(
                    "CARGO_MAKEFLAGS",
                    "MAKEFLAGS",
                    "MFLAGS",
                    "TMPDIR",
                    "LD_LIBRARY_PATH",
                    "LD_PRELOAD");

    private final RemoteCompiler workers;
    private final ToolchainArchives toolchains;
    private final FileMemory files;

    /** By the compiler's path. */
    private final Map<Path, Toolchain> configured = new HashMap<>();

    /** What sources say, by content. */
    private final Map<Digest, Said> said = new ConcurrentHashMap<>();

    /** Sources of a crate whose macros others may use, by content of its dependency list. */
    private final Map<Digest, List<Path>> macros = new ConcurrentHashMap<>();

    /** Files outside its package that a crate has read, by its root. */
    private final Map<Path, Set<Path>> learned = new ConcurrentHashMap<>();

    /**
     * @param configured what the user says of single compilers
     */
    RustRemote(
            RemoteCompiler workers,
            ToolchainArchives toolchains,
            List<Toolchain> configured,
            FileMemory files) {
        this.workers = workers;
        this.toolchains = toolchains;
        this.files = files;
        for (Toolchain toolchain : configured) {
            this.configured.put(toolchain.compilerExecutable().normalize(), toolchain);
        }
    }

    /** Why {@code request} stays here; empty when it may go. */
    Optional<String> refusal(RustRequest request) {
        if (request.isLinked()) {
            return Optional.of("a crate that is linked");
        }
        if (!request.hasList()) {
            return Optional.of("no dep-info is asked for");
        }
        if (request.crate().has(Trait.NATIVE_CPU)) {
            return Optional.of("an option asks for this machine's processor");
        }
        if (request.crate()
                .target()
                .filter(each -> !each.equals(request.compiler().host()))
                .isPresent()) {
            return Optional.of("another target than the host");
        }
        return configured(request.compiler()) instanceof Toolchain.NoDist
                ? Optional.of("no_dist is set for this compiler")
                : Optional.empty();
    }

    /** What the user says of it, if anything. */
    private @Nullable Toolchain configured(RustCompiler compiler) {
        Toolchain byName = configured.get(compiler.executable().normalize());
        return byName != null ? byName : configured.get(compiler.real().normalize());
    }

    /**
     * A compiler as a worker knows it.
     *
     * @param executable its path there
     */
    private record There(ToolchainArchive archive, String executable) {}

    private There there(RustCompiler compiler) throws DistException {
        try {
            return configured(compiler) instanceof Toolchain.PathOverride override
                    ? new There(
                            toolchains.ofFile(override.archive()),
                            override.archiveCompilerExecutable())
                    : new There(
                            toolchains.of(ToolchainContent.of(compiler)),
                            compiler.real().toString());
        } catch (IOException e) {
            throw new DistException("toolchain not packed: " + e.getMessage(), e);
        }
    }

    /**
     * A compile that can go to a worker.
     *
     * @param sent what the worker gets, by its path here
     * @param hasMacros whether rustc may run some
     */
    record Prepared(
            RustRequest request,
            RemoteJob job,
            ToolchainArchive archive,
            Map<Path, Digest> sent,
            boolean hasMacros) {
        Prepared {
            sent = Map.copyOf(sent);
        }

        /**
         * Why the worker may have seen something else than this machine has; empty if it did not.
         *
         * @param stderr what rustc said there: it quotes files that it has
         */
        Optional<String> difference(DependencyList list, Bytes stderr) {
            for (Variable variable : list.variables()) {
                Optional<String> here =
                        Optional.ofNullable(request.environment().get(variable.name()));
                if (!here.equals(variable.value())) {
                    return Optional.of("a variable that the worker did not have");
                }
            }
            return list.files().stream()
                            .allMatch(name ->
                                    sent.containsKey(request.cwd().resolve(name).normalize()))
                    ? unquoted(stderr)
                    : Optional.of("an input of the worker's own");
        }

        /** Whether a failed compile has to be looked at again here. */
        boolean isSuspicious(RemoteResult result) {
            String said = result.stderr().toUtf8();
            return result.exitCode() != 1
                    || SUSPICIOUS.matcher(said).find()
                    || (hasMacros && UNNUMBERED.matcher(said).find())
                    || unquoted(result.stderr()).isPresent();
        }

        /** A file that rustc would quote here, and did not have there. */
        private Optional<String> unquoted(Bytes stderr) {
            if (stderr.isEmpty()) {
                return Optional.empty();
            }
            String said = stderr.toUtf8();
            if (PLACELESS.matcher(said).find()) {
                return Optional.of(UNQUOTED);
            }
            for (Matcher matcher = MENTIONED.matcher(said); matcher.find(); ) {
                Path path = request.cwd().resolve(matcher.group(1)).normalize();
                if (!sent.containsKey(path)
                        && !request.compiler().programs().has(path)
                        && Files.exists(path)) {
                    return Optional.of(UNQUOTED);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * Gathers what a worker needs.
     *
     * @throws DistException when that is not to be had
     */
    Prepared prepare(RustRequest request, Gathered.Complete gathered) throws DistException {
        There there = there(request.compiler());
        try {
            List<FileMemory.Known> all = inputs(request, gathered);
            var tree = new InputTree();
            tree.addDirectory(request.cwd());
            var sent = new HashMap<Path, Digest>();
            for (FileMemory.Known file : all) {
                tree.add(file);
                sent.put(file.path().normalize(), file.digest());
            }
            for (SearchPath searched : request.crate().searched()) {
                tree.addDirectory(request.cwd().resolve(searched.directory()));
            }
            var outputs = new ArrayList<String>();
            for (Path output : request.outputs()) {
                outputs.add(tree.place(output).toString());
            }
            Map<String, String> environment = environment(request, gathered, all);
            var job =
                    new Job(
                            there.archive().id(),
                            there.executable(),
                            arguments(request, there),
                            request.cwd().toString(),
                            environment,
                            tree.entries(),
                            outputs,
                            TIMEOUT.toMillis());
            return new Prepared(
                    request,
                    new RemoteJob(job, unit(request), tree.sources(), request.targets()),
                    there.archive(),
                    sent,
                    !gathered.crates().macros().isEmpty());
        } catch (IOException | IllegalArgumentException e) {
            throw new DistException("inputs not gathered: " + e.getMessage(), e);
        }
    }

    /** The compiler by its own path: a proxy, and what picks a toolchain, stay here. */
    private static List<String> arguments(RustRequest request, There there) {
        var arguments = new ArrayList<String>();
        arguments.add(there.executable());
        request.leading().stream().filter(each -> !each.startsWith("+")).forEach(arguments::add);
        if (request.isColored()) {
            arguments.add("--color=always");
        }
        arguments.addAll(request.rest());
        return arguments;
    }

    /** The same for each compile of one crate with the same flags, whatever its inputs contain. */
    static Digest unit(RustRequest request) {
        var text = new StringJoiner("\0");
        text.add(request.compiler().identity().hex()).add(request.cwd().toString());
        request.arguments(List.of()).forEach(text::add);
        return Digest.of(Bytes.utf8(text.toString()));
    }

    private List<FileMemory.Known> inputs(RustRequest request, Gathered.Complete gathered)
            throws IOException {
        var all = new TreeMap<Path, FileMemory.Known>();
        gathered.all().forEach(file -> all.put(file.path(), file));
        for (FileMemory.Known file : packageFiles(request)) {
            all.put(file.path(), file);
        }
        String generated = request.environment().getOrDefault("OUT_DIR", "");
        if (!generated.isEmpty()) {
            PackageTree.list(Path.of(generated), PACKAGE_FILES_MAX, PACKAGE_BYTES_MAX, files)
                    .orElse(List.of())
                    .forEach(file -> all.put(file.path(), file));
        }
        for (FileMemory.Known crate : gathered.crates().all()) {
            for (Path path : macros(request, crate.path())) {
                files.look(path).ifPresent(file -> all.put(file.path(), file));
            }
        }
        for (Path path : learned.getOrDefault(request.source(), Set.of())) {
            files.look(path).ifPresent(file -> all.put(file.path(), file));
        }
        FileMemory.Known root =
                files.look(request.source())
                        .orElseThrow(() -> new IOException(request.source() + " is gone"));
        all.put(root.path(), root);
        return List.copyOf(all.values());
    }

    /** Sources of {@code crate} that its users may need, if its dependency list is beside it. */
    private List<Path> macros(RustRequest request, Path crate) throws IOException {
        String name = String.valueOf(crate.getFileName());
        Path list =
                crate.resolveSibling(
                        name.replaceFirst("^lib", "").replaceFirst("\\.[a-z]+$", ".d"));
        Optional<FileMemory.Known> known = files.look(list);
        if (known.isEmpty()) {
            return List.of();
        }
        List<Path> found = macros.get(known.get().digest());
        if (found == null) {
            found = new ArrayList<>();
            for (String source : DependencyList.parse(Files.readString(list)).files()) {
                Optional<FileMemory.Known> file = files.look(request.cwd().resolve(source));
                if (file.isPresent() && source.endsWith(".rs") && said(file.get()).hasMacros()) {
                    found.add(file.get().path());
                }
            }
            if (macros.size() >= LEARNED_MAX) {
                macros.clear();
            }
            macros.put(known.get().digest(), List.copyOf(found));
        }
        return found;
    }

    /** Below the package, if cargo says where that is; else beside the crate's root. */
    private List<FileMemory.Known> packageFiles(RustRequest request) throws IOException {
        String named = request.environment().getOrDefault("CARGO_MANIFEST_DIR", "");
        Path directory =
                named.isEmpty()
                        ? request.source().toAbsolutePath().normalize().getParent()
                        : Path.of(named);
        if (directory == null) {
            return List.of();
        }
        Path source = request.source().normalize();
        return PackageTree.list(
                        directory,
                        aside -> {
                            return ASIDE.contains(String.valueOf(aside.getFileName()))
                                    && directory.equals(aside.getParent())
                                    && !source.startsWith(aside);
                        },
                        PACKAGE_FILES_MAX,
                        PACKAGE_BYTES_MAX,
                        files)
                .orElse(List.of());
    }

    /**
     * What rustc, macros and the source ask for, as far as one can see; nothing else of the user's.
     */
    private Map<String, String> environment(
            RustRequest request, Gathered.Complete gathered, List<FileMemory.Known> all)
            throws IOException {
        var variables = new LinkedHashMap<String, String>();
        for (String each : gathered.environment()) {
            int equals = each.indexOf('=');
            String name = each.substring(0, equals);
            String value = each.substring(equals + 1);
            if (!RustKeys.isSecret(name, value)) {
                variables.put(name, value);
            }
        }
        for (var each : request.environment().entrySet()) {
            if (RustKeys.isOfPackage(each.getKey())
                    && !RustKeys.isSecret(each.getKey(), each.getValue())) {
                variables.put(each.getKey(), each.getValue());
            }
        }
        for (FileMemory.Known file : all) {
            if (file.path().toString().endsWith(".rs")) {
                for (String word : said(file).words()) {
                    String value = request.environment().get(word);
                    if (value != null
                            && !OF_THIS_MACHINE.contains(word)
                            && !RustKeys.isSecret(word, value)) {
                        variables.put(word, value);
                    }
                }
            }
        }
        variables.put("PATH", request.compiler().real().getParent() + ":/usr/bin:/bin");
        variables.put("PWD", request.cwd().toString());
        variables.put("LC_ALL", "C.UTF-8");
        return variables;
    }

    /**
     * What a source says.
     *
     * @param words in quotation marks
     * @param hasMacros whether other crates may use a macro that is written down here
     */
    private record Said(Set<String> words, boolean hasMacros) {
        Said {
            words = Set.copyOf(words);
        }
    }

    private Said said(FileMemory.Known source) throws IOException {
        Said known = said.get(source.digest());
        if (known != null) {
            return known;
        }
        String text = new String(Files.readAllBytes(source.path()), StandardCharsets.ISO_8859_1);
        var words = new HashSet<String>();
        for (Matcher matcher = QUOTED.matcher(text); matcher.find(); ) {
            words.add(matcher.group(1));
        }
        if (said.size() >= SOURCES_MAX) {
            said.clear();
        }
        var found = new Said(words, MACRO.matcher(text).find());
        said.put(source.digest(), found);
        return found;
    }

    /** A result that some worker has kept. */
    Optional<RemoteResult> findKept(Prepared compile, BuildSide build)
            throws IOException, InterruptedException {
        return build.whileThere(() -> workers.findKept(compile.job(), () -> outputs(compile)));
    }

    /**
     * Runs it.
     *
     * @throws DistException when no worker did
     */
    RemoteResult run(Prepared compile, BuildSide build)
            throws DistException, IOException, InterruptedException {
        return build.<RemoteResult, DistException>whileThere(
                () -> workers.run(compile.job(), compile.archive(), () -> outputs(compile)));
    }

    private static OutputFiles outputs(Prepared compile) {
        return new OutputFiles(compile.request().umask());
    }

    /**
     * Takes note of what a crate has read and was not sent, so that the next time it goes along.
     *
     * @param read files, as rustc names them
     */
    void learn(Prepared compile, List<String> read) {
        RustRequest request = compile.request();
        var more = new HashSet<>(learned.getOrDefault(request.source(), Set.of()));
        int before = more.size();
        for (String name : read) {
            Path path = request.cwd().resolve(name).normalize();
            if (!compile.sent().containsKey(path)) {
                more.add(path);
            }
        }
        if (more.size() == before) {
            return;
        }
        if (learned.size() >= LEARNED_MAX) {
            learned.clear();
        }
        learned.put(request.source(), Set.copyOf(more));
        LOG.log(
                INFO,
                "crate read what was not sent: source={0} files={1}",
                request.source(),
                more.size());
    }
}
