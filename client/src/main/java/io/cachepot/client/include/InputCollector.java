package io.cachepot.client.include;

import io.cachepot.client.include.IncludeScan.Call;
import io.cachepot.client.include.IncludeScan.IncludeName;
import io.cachepot.client.include.Inputs.Absence;
import io.cachepot.client.include.Inputs.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Turns a dependency list into {@link Inputs}: for every name that any of the files could ask for,
 * walks the search path as the compiler does and notes what was not there. ccache and sccache keep
 * the files alone, and serve a stale object when a header appears earlier on the path.
 */
public final class InputCollector {
    private static final Path SYSTEM_HEADERS = Path.of("/usr/include");

    /** glibc's and libstdc++'s; the last one's is for pragmas that print. */
    private static final Set<String> ASSERTING = Set.of("assert.h", "c++config.h", "pstl_config.h");

    /** gcc includes it by itself where the C library has it. */
    private static final IncludeName IMPLICIT = new IncludeName("stdc-predef.h", false, false);

    private static final int CANDIDATES_MAX = 100_000;

    private final FileMemory files;
    private final DirectoryMemory directories;

    /** Where each name is looked for, for each place and search path: most of it never changes. */
    private final Map<Searching, Map<Question, List<Path>>> candidates = new ConcurrentHashMap<>();

    private final AtomicInteger candidateCount = new AtomicInteger();

    public InputCollector(FileMemory files, DirectoryMemory directories) {
        this.files = files;
        this.directories = directories;
    }

    /**
     * A dependency list.
     *
     * @param isWhole false for that of {@code -MMD}: the system headers are found by reading what
     *     the others, and they themselves, include. They may be more than the compiler read.
     */
    public record Dependencies(List<String> files, boolean isWhole) {
        public Dependencies {
            files = List.copyOf(files);
        }
    }

    /** What came of it. */
    public sealed interface Collected {
        /**
         * Good for a cache key.
         *
         * @param isDirect whether {@code inputs} alone can prove a later hit; when a name was
         *     computed by a macro and some dependency is where no search leads, the dependency list
         *     must be made anew each time
         * @param namesItself whether some file asks for its own name
         * @param usesPrecompiled whether a precompiled header is among the inputs
         */
        record Complete(
                Inputs inputs,
                boolean isDirect,
                boolean namesItself,
                boolean usesPrecompiled,
                List<FileMemory.Known> known)
                implements Collected {
            public Complete {
                known = List.copyOf(known);
            }
        }

        /** Only the whole list would do: a macro names what is included, say. */
        record Incomplete() implements Collected {}

        /** The result depends on something that can not be tracked. */
        record Untracked(String reason) implements Collected, Read {}

        /**
         * Some input changed after the compile began, or so short a time before that file times can
         * not tell.
         */
        record Unsettled() implements Collected {}
    }

    /**
     * Collects.
     *
     * @param dependencies files read, as the compiler names them; whole, or without system headers
     * @param source a file that had the same content before and after the compile; it need not be
     *     there any longer
     * @param startNanos when the compile began that {@code dependencies} came from; whatever
     *     changed after it makes the answer {@link Collected.Unsettled}
     */
    public Collected collect(
            Dependencies dependencies,
            Reading reading,
            Optional<FileMemory.Known> source,
            long startNanos)
            throws IOException {
        var run = new Run(reading, startNanos, dependencies.isWhole());
        source.ifPresent(each -> run.sources.put(each.path(), each));
        if (!dependencies.isWhole()) {
            run.ask(IMPLICIT, reading.cwd(), false);
        }
        for (String name : reading.forcedIncludes()) {
            run.ask(new IncludeName(name, true, false), reading.cwd(), false);
        }
        return run.collect(dependencies.files());
    }

    /** One input, or why it can not be one. */
    sealed interface Read permits ReadFile, Collected.Untracked {}

    private record ReadFile(FileMemory.Known file) implements Read {}

    /** A file that calls macros, and its directory. */
    private record Caller(Path beside, IncludeScan scan) {}

    private record Searching(Path cwd, SearchPath path) {}

    private Map<Question, List<Path>> remembered(Searching searching) {
        if (candidateCount.get() > CANDIDATES_MAX) {
            candidates.clear();
            candidateCount.set(0);
        }
        return candidates.computeIfAbsent(searching, _ -> new ConcurrentHashMap<>());
    }

    private final class Run {
        private final Reading reading;
        private final Path cwd;
        private final SearchPath search;
        private final Map<Question, List<Path>> candidates;
        private final List<Path> quoted;
        private final List<Path> angled;
        private final DirectoryMemory.View view = directories.view();

        /** Files that were read, by the name under which the compiler found them. */
        private final LinkedHashMap<Path, FileMemory.Known> known = new LinkedHashMap<>();

        /** Of paths whose directory is not there, the first component that is missing. */
        private final HashMap<Path, Path> missing = new HashMap<>();

        /** Of those, the ones that are known beforehand. */
        private final Map<Path, FileMemory.Known> sources = new HashMap<>();

        private final Map<String, TreeSet<String>> absent = new TreeMap<>();
        private final TreeSet<String> present = new TreeSet<>();
        private final TreeSet<String> withoutPrecompiled = new TreeSet<>();
        private final LinkedHashSet<Path> precompiled = new LinkedHashSet<>();
        private final HashSet<Question> asked = new HashSet<>();

        /** Of those, the ones that were not looked for yet. */
        private final ArrayDeque<Question> pending = new ArrayDeque<>();

        /** Directories of all files read. */
        private final LinkedHashSet<Path> besides = new LinkedHashSet<>();

        /** Those of files in which a macro names what to include. */
        private final LinkedHashSet<Path> computing = new LinkedHashSet<>();

        private final long startNanos;
        private final boolean isWhole;

        /** Files that some other includes, which the dependency list left out. */
        private final ArrayDeque<Path> leftOut = new ArrayDeque<>();

        private final Set<String> questionMacros = new HashSet<>();
        private final List<Caller> callers = new ArrayList<>();
        private boolean isUnsettled;

        Run(Reading reading, long startNanos, boolean isWhole) {
            this.isWhole = isWhole;
            this.reading = reading;
            cwd = reading.cwd();
            search = reading.search();
            candidates = remembered(new Searching(cwd, search));
            quoted = search.quoted().stream().map(cwd::resolve).toList();
            angled = search.angled().stream().map(cwd::resolve).toList();
            this.startNanos = startNanos;
        }

        Collected collect(List<String> dependencies) throws IOException {
            for (String dependency : dependencies) {
                Path path = cwd.resolve(dependency);
                switch (read(path)) {
                    case Collected.Untracked untracked -> {
                        return untracked;
                    }
                    case ReadFile(var file) -> {
                        if (!isOpaque(path)) {
                            note(dependency, file.scan());
                        }
                    }
                }
            }
            for (String directory : search.ignored()) {
                absentIfMissing(cwd.resolve(directory));
            }
            boolean isDirect = computing.isEmpty() || explainComputed(dependencies);
            searchAsked();
            if (!isWhole && !addLeftOut()) {
                return new Collected.Incomplete();
            }
            if (!askThroughMacros()) {
                return new Collected.Untracked("computed __has_include");
            }
            notePrecompiledOfForced();
            for (Path header : precompiled) {
                if (Files.isDirectory(header)) {
                    return new Collected.Untracked("directory of precompiled headers");
                }
                if (read(header) instanceof Collected.Untracked untracked) {
                    return untracked;
                }
            }
            if (isUnsettled) {
                return new Collected.Unsettled();
            }
            return new Collected.Complete(
                    inputs(),
                    isDirect,
                    known.values().stream().anyMatch(this::namesItself),
                    reading.namesPrecompiled() || !precompiled.isEmpty(),
                    List.copyOf(known.values()));
        }

        private void searchAsked() throws IOException {
            while (!pending.isEmpty()) {
                search(pending.remove());
            }
        }

        /**
         * Adds what the list left out, and what that includes, whether or not an {@code #if} takes
         * it.
         *
         * @return whether all of it is known
         */
        private boolean addLeftOut() throws IOException {
            if (!computing.isEmpty() || reading.namesPrecompiled()) {
                return false;
            }
            while (!leftOut.isEmpty()) {
                Path file = leftOut.remove();
                if (known.containsKey(file)) {
                    continue;
                }
                if (!(read(file) instanceof ReadFile(var found))) {
                    return false;
                }
                note(file.toString(), found.scan());
                if (!computing.isEmpty()) {
                    return false;
                }
                searchAsked();
            }
            return precompiled.isEmpty();
        }

        /** Adds the file to those that are known. */
        private Read read(Path path) throws IOException {
            Optional<FileMemory.Known> source = Optional.ofNullable(sources.get(path));
            Optional<FileMemory.Known> file = source.isPresent() ? source : files.look(path);
            if (file.isEmpty()) {
                return new Collected.Untracked("input vanished");
            }
            isUnsettled |= source.isEmpty() && !file.get().stamp().isSettledAt(startNanos);
            known.put(path, file.get());
            Optional<String> reason =
                    isOpaque(path) ? Optional.empty() : untrackable(file.get().scan());
            return reason.<Read>map(Collected.Untracked::new).orElse(new ReadFile(file.get()));
        }

        /**
         * Assertions of the C and C++ libraries pass the name to a function, so it is in the object
         * for all to see; elsewhere a compiler may have computed with it.
         */
        private boolean namesItself(FileMemory.Known file) {
            return file.scan().namesItself()
                    && (!file.path().startsWith(SYSTEM_HEADERS)
                            || !ASSERTING.contains(String.valueOf(file.path().getFileName())));
        }

        private boolean isOpaque(Path path) {
            String name = path.toString();
            return name.endsWith(".gch")
                    || name.endsWith(".pch")
                    || reading.opaque().contains(path);
        }

        private Optional<String> untrackable(IncludeScan scan) {
            if (scan.readsData() || (reading.isAssembler() && scan.joinsDirective())) {
                return Optional.of("a file that no dependency list names");
            }
            if ((scan.hasTimestampMacro() && !reading.fixesTimestamp())
                    || (scan.hasClockMacro() && !reading.fixesClock())) {
                return Optional.of("time macro");
            }
            return scan.isComputedQuestion()
                    ? Optional.of("computed __has_include")
                    : Optional.empty();
        }

        private void note(String file, IncludeScan scan) {
            Path parent = Path.of(file).getParent();
            Path beside = parent == null ? cwd : cwd.resolve(parent);
            besides.add(beside.normalize());
            if (scan.isComputedInclude()) {
                computing.add(beside);
            }
            questionMacros.addAll(scan.questionMacros());
            if (!scan.calls().isEmpty() || !scan.unreadCalls().isEmpty()) {
                callers.add(new Caller(beside, scan));
            }
            scan.includes().forEach(name -> ask(name, beside, false));
            scan.asked().forEach(name -> ask(name, beside, true));
        }

        /**
         * What is asked by macros that stand for {@code __has_include}, wherever they are defined.
         *
         * @return whether all such questions can be read
         */
        private boolean askThroughMacros() throws IOException {
            for (Caller caller : questionMacros.isEmpty() ? List.<Caller>of() : callers) {
                if (caller.scan().unreadCalls().stream().anyMatch(questionMacros::contains)) {
                    return false;
                }
                for (Call call : caller.scan().calls()) {
                    if (questionMacros.contains(call.macro())) {
                        ask(call.name(), caller.beside(), true);
                    }
                }
            }
            searchAsked();
            return true;
        }

        private void ask(IncludeName name, Path beside, boolean isExistenceOnly) {
            var question = new Question(name, name.isQuoted() ? beside : cwd, isExistenceOnly);
            if (asked.add(question)) {
                pending.add(question);
            }
        }

        /**
         * With the same command and the same files a macro names the same file again, so all that
         * can change is where that is found. Which of the dependencies it was, nobody says: each is
         * taken for one, by every name under which a search could have led to it, and what would
         * have been taken before it has to stay away.
         *
         * @return whether each dependency is somewhere where a search leads
         */
        private boolean explainComputed(List<String> dependencies) throws IOException {
            var names = new ArrayList<String>(search.quoted());
            names.addAll(search.angled());
            var directories = names.stream().map(cwd::resolve).map(Path::normalize).toList();
            boolean isExplained = true;
            for (String dependency : dependencies) {
                Path file = cwd.resolve(dependency).normalize();
                isExplained &=
                        directories.stream().anyMatch(file::startsWith)
                                || besides.stream().anyMatch(file::startsWith);
                for (int i = 0; i < names.size(); i++) {
                    // As gcc puts names together, and without its detours.
                    if (dependency.startsWith(names.get(i) + "/")) {
                        Path name = Path.of(dependency.substring(names.get(i).length() + 1));
                        noteEarlier(name, names.subList(0, i));
                    }
                    if (file.startsWith(directories.get(i))) {
                        noteEarlier(directories.get(i).relativize(file), names.subList(0, i));
                    }
                }
            }
            return isExplained;
        }

        private void noteEarlier(Path name, List<String> earlier) throws IOException {
            for (Path beside : computing) {
                look(beside.resolve(name));
            }
            for (String directory : earlier) {
                look(cwd.resolve(directory).resolve(name));
            }
        }

        /** Notes what {@code candidate} is; whether it is a file that could have been taken. */
        private boolean look(Path candidate) throws IOException {
            if (reading.precompiled() == Reading.Precompiled.GCC) {
                lookForPrecompiled(candidate, ".gch");
            }
            if (known.containsKey(candidate)) {
                return true;
            }
            Optional<FileStamp> stamp =
                    view.mayExist(candidate) ? FileStamp.of(candidate) : Optional.empty();
            if (stamp.isEmpty()) {
                noteAbsent(candidate);
                return false;
            }
            if (stamp.get().isDirectory()) {
                // Compilers pass over it, but a file in its place would be taken.
                present.add(candidate.resolve(".").toString());
                return false;
            }
            // A name that appeared while the compiler looked may not be what it saw.
            isUnsettled |= !stamp.get().isSettledAt(startNanos);
            return true;
        }

        /**
         * Walks the search path for one name; {@code #include_next} may begin anywhere on it, so
         * there all of it counts.
         */
        private void search(Question question) throws IOException {
            for (Path candidate : candidates(question)) {
                if (!look(candidate)) {
                    continue;
                }
                if (question.isExistenceOnly()) {
                    present.add(candidate.toString());
                } else if (!isWhole) {
                    leftOut.add(candidate);
                }
                if (!question.name().isNext()) {
                    return;
                }
            }
        }

        private List<Path> candidates(Question question) {
            List<Path> remembered = candidates.get(question);
            if (remembered == null) {
                remembered = find(question);
                candidates.put(question, remembered);
                candidateCount.addAndGet(remembered.size());
            }
            return remembered;
        }

        private List<Path> find(Question question) {
            var found = new ArrayList<Path>();
            try {
                Path name = Path.of(question.name().name());
                if (name.isAbsolute()) {
                    return List.of(name);
                }
                if (question.name().isQuoted()) {
                    found.add(question.beside().resolve(name));
                    quoted.forEach(directory -> found.add(directory.resolve(name)));
                }
                angled.forEach(directory -> found.add(directory.resolve(name)));
            } catch (InvalidPathException _) {
                return List.of(); // a name with a NUL can not exist
            }
            return List.copyOf(found);
        }

        private boolean absentIfMissing(Path path) throws IOException {
            if (view.exists(path)) {
                return false;
            }
            noteAbsent(path);
            return true;
        }

        /** Notes the first component that is missing, which many names share. */
        private void noteAbsent(Path path) throws IOException {
            Path first = firstMissing(path);
            absent.computeIfAbsent(String.valueOf(first.getParent()), _ -> new TreeSet<>())
                    .add(String.valueOf(first.getFileName()));
        }

        private Path firstMissing(Path path) throws IOException {
            Path parent = path.getParent();
            if (parent == null || view.isDirectory(parent)) {
                return path;
            }
            Path remembered = missing.get(parent);
            if (remembered != null) {
                return remembered;
            }
            if (view.exists(parent)) {
                return path;
            }
            Path first = firstMissing(parent);
            missing.put(parent, first);
            return first;
        }

        /** What lies beside {@code header}, whether or not that is there itself. */
        private void lookForPrecompiled(Path header, String suffix) throws IOException {
            Path name = header.getFileName();
            Path directory = header.getParent();
            if (name == null || directory == null) {
                return;
            }
            if (view.isMissing(directory)) {
                return; // as the header is, and that is noted
            }
            if (view.isQuiet(directory) && !view.hasPrecompiled(directory)) {
                withoutPrecompiled.add(directory.toString());
                return;
            }
            Path candidate = header.resolveSibling(name + suffix);
            if (!absentIfMissing(candidate)) {
                precompiled.add(candidate);
            }
        }

        private void notePrecompiledOfForced() throws IOException {
            if (reading.precompiled() != Reading.Precompiled.CLANG) {
                return;
            }
            for (String name : reading.forcedIncludes()) {
                lookForPrecompiled(cwd.resolve(name), ".pch");
                lookForPrecompiled(cwd.resolve(name), ".gch");
            }
        }

        /** A precompiled header that is used is what is in it, whenever it was written. */
        private boolean doesTimeMatter(FileMemory.Known file) {
            return reading.makesPrecompiled() || !isOpaque(file.path());
        }

        private Inputs inputs() {
            boolean doTimesMatter =
                    reading.precompiled() == Reading.Precompiled.CLANG
                            && (reading.namesPrecompiled() || !precompiled.isEmpty());
            var read =
                    known.values().stream()
                            .map(file ->
                                    new InputFile(
                                            file.path().toString(),
                                            file.digest(),
                                            doTimesMatter && doesTimeMatter(file)
                                                    ? file.stamp().modifiedNanos()
                                                    : 0))
                            .toList();
            var absences = new ArrayList<Absence>();
            absent.forEach(
                    (directory, names) -> absences.add(new Absence(directory, List.copyOf(names))));
            return new Inputs(
                    read,
                    absences,
                    List.copyOf(present),
                    List.copyOf(withoutPrecompiled),
                    List.of());
        }
    }

    /**
     * A name, and the directory of the file that asks for it, which matters for quoted names only.
     */
    private record Question(IncludeName name, Path beside, boolean isExistenceOnly) {}
}
