package io.cachepot.client.compiler.gcc;

import io.cachepot.client.compiler.CompilerInvocation;
import io.cachepot.client.compiler.CompilerInvocation.Cacheable;
import io.cachepot.client.compiler.CompilerInvocation.Dependencies;
import io.cachepot.client.compiler.CompilerInvocation.NotCacheable;
import io.cachepot.client.compiler.CompilerInvocation.NotCompilation;
import io.cachepot.client.compiler.CompilerInvocation.Trait;
import io.cachepot.client.compiler.Language;
import io.cachepot.client.compiler.gcc.PassedOn.Meaning;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Classifies a command line of gcc or clang by {@link GccOptions}. One object, one command line.
 */
public final class GccArguments {
    /**
     * In a macro that is defined on the command line, where no scan of a file sees it: what it
     * expands to depends on more than the files that are read.
     */
    private static final Pattern UNTRACKED_TEXT =
            Pattern.compile(
                    "__DATE__|__TIME__|__TIMESTAMP__|__has_|incbin|\\.include|_Pragma|##",
                    Pattern.CASE_INSENSITIVE);

    private static final String NOWHERE = "/dev/null";
    private static final String SPLIT_DEBUG = ".dwo";
    private static final String GCC_SUFFIX = ".sx";

    private final List<String> arguments;
    private final boolean isCxxDriver;
    private final List<String> keyArguments = new ArrayList<>();
    private final List<String> preprocessorArguments = new ArrayList<>();
    private final List<String> forcedIncludes = new ArrayList<>();
    private final List<String> inputs = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>();
    private final Set<String> sideSuffixes = new LinkedHashSet<>();
    private final List<String> writtenFiles = new ArrayList<>();
    private final Set<String> defined = new HashSet<>();
    private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
    private final PassedOn frontend = PassedOn.toFrontend();
    private final PassedOn assembler = PassedOn.toAssembler();
    private final PassedOn preprocessor = PassedOn.toPreprocessor();
    private Mode mode = Mode.LINK;
    private boolean isPreprocessing;
    private boolean isQuestion;
    private boolean isColorExplicit;
    private boolean asksForDependencies;
    private boolean leavesOutSystemHeaders;
    private boolean hasTarget;
    private boolean hasPhony;
    private boolean isNameInObject;
    private boolean isBitcode;
    private boolean isHeaderForced;
    private boolean isListPassedOn;
    private boolean isListNamed;
    private @Nullable String output;
    private @Nullable String dependencyFile;
    private @Nullable String language;
    private @Nullable String refusal;

    /** How far the driver goes; the earliest stop that is asked for counts. */
    private enum Mode {
        LINK,
        OBJECT,
        TEXT,
        CHECK
    }

    /**
     * One input.
     *
     * @param spoken what {@code -x} before it says, if anything
     */
    private record Source(String name, @Nullable String spoken) {}

    private GccArguments(List<String> arguments, boolean isCxxDriver) {
        this.arguments = arguments;
        this.isCxxDriver = isCxxDriver;
    }

    /**
     * Classifies.
     *
     * @param arguments without argv[0]
     * @param isCxxDriver whether the compiler takes {@code .c} for C++, as g++ does
     * @param responseFiles where {@code @file} is read
     */
    public static CompilerInvocation classify(
            List<String> arguments, boolean isCxxDriver, ResponseFiles responseFiles) {
        return switch (responseFiles.expand(arguments)) {
            case ResponseFiles.Expanded.Refused(var reason) -> new NotCacheable(reason);
            case ResponseFiles.Expanded.Whole(var expanded) -> {
                var parsed = new GccArguments(expanded, isCxxDriver);
                parsed.readAll();
                yield parsed.decide();
            }
        };
    }

    private void readAll() {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--")) {
                // clang: the rest are files. gcc does not know it, and fails.
                keyArguments.add(argument);
                arguments.subList(i + 1, arguments.size()).forEach(this::addSource);
                return;
            }
            if (!argument.startsWith("-") && !argument.startsWith("@")) {
                addSource(argument);
                continue;
            }
            Optional<GccOption> option = GccOptions.TABLE.find(argument);
            if (option.isEmpty()) {
                refuse("unknown option " + argument);
                continue;
            }
            i = take(option.get(), i);
        }
    }

    private void addSource(String name) {
        sources.add(new Source(name, language));
    }

    /**
     * Reads the option at {@code index}, with its value, and returns the index of its last
     * argument.
     */
    private int take(GccOption option, int index) {
        String argument = arguments.get(index);
        String rest = argument.substring(option.spelling().length());
        boolean isSeparate =
                switch (option.form()) {
                    case ALONE, JOINED -> false;
                    case SEPARATE -> true;
                    case JOINED_OR_SEPARATE -> rest.isEmpty();
                };
        if (!isSeparate) {
            apply(option, rest, List.of(argument));
            return index;
        }
        if (index + 1 == arguments.size()) {
            refuse("argument parse");
            return index;
        }
        String value = arguments.get(index + 1);
        apply(option, value, List.of(argument, value));
        return index + 1;
    }

    private void apply(GccOption option, String value, List<String> asGiven) {
        switch (option.effect()) {
            case KEEP -> {
                isBitcode |= option.spelling().equals("-emit-llvm");
                keep(asGiven);
            }
            case COMPILE -> stopAt(Mode.OBJECT);
            case COMPILE_TO_TEXT -> stopAt(Mode.TEXT);
            case CHECK -> stopAt(Mode.CHECK);
            case PREPROCESS -> {
                isPreprocessing = true;
                refuse(option.spelling());
            }
            case OUTPUT -> output(value);
            case LANGUAGE -> {
                language = value.equals("none") ? null : value;
                if (!sources.isEmpty()) {
                    keyArguments.addAll(asGiven); // the driver warns that it has no effect
                }
            }
            case DEFINITION -> {
                define(value);
                keep(asGiven);
            }
            case FORCED_INCLUDE -> {
                forcedIncludes.add(value);
                keep(asGiven);
            }
            case DEPENDENCIES -> dependencies(false, asGiven);
            case DEPENDENCIES_WITHOUT_SYSTEM -> dependencies(true, asGiven);
            case DEPENDENCY_FILE -> {
                dependencyFile = value;
                isListNamed = true;
            }
            case DEPENDENCY_PHONY -> {
                hasPhony = true;
                keyArguments.addAll(asGiven);
            }
            case DEPENDENCY_TARGET -> {
                hasTarget = true;
                keyArguments.addAll(asGiven);
            }
            case COLOR -> {
                isColorExplicit = true;
                keyArguments.addAll(asGiven);
            }
            case SIDE_OUTPUT -> {
                sideSuffixes.add(option.detail());
                keyArguments.addAll(asGiven);
            }
            case FILE_OUTPUT -> {
                writtenFiles.add(value);
                keyArguments.add(option.spelling());
            }
            case FILE_INPUT -> {
                inputs.add(value);
                keep(asGiven);
            }
            case KEEP_WITH_NAME -> {
                isNameInObject = true;
                keep(asGiven);
            }
            case SAVE_TEMPS -> {
                traits.add(Trait.SAVE_TEMPS);
                keyArguments.addAll(asGiven);
            }
            case NATIVE_CPU -> {
                traits.add(Trait.NATIVE_CPU);
                keep(asGiven);
            }
            case PRECOMPILED_HEADER -> precompiled(value, asGiven);
            case TO_ASSEMBLER -> passOn(assembler, option, value, asGiven);
            case TO_PREPROCESSOR -> passOn(preprocessor, option, value, asGiven);
            case TO_FRONTEND -> passOn(frontend, option, value, asGiven);
            case TO_LLVM -> {
                if (PassedOn.isLlvmHarmless(value)) {
                    keep(asGiven);
                } else {
                    refuse("-mllvm " + value);
                }
            }
            case QUESTION -> isQuestion = true;
            case REFUSE -> refuse(asGiven.getFirst());
        }
    }

    private void keep(List<String> asGiven) {
        keyArguments.addAll(asGiven);
        preprocessorArguments.addAll(asGiven);
    }

    private void stopAt(Mode asked) {
        if (asked.compareTo(mode) > 0) {
            mode = asked;
        }
    }

    private void output(String value) {
        if (output != null) {
            refuse("multiple -o"); // the driver mixes them up when it writes lists
        }
        output = value;
    }

    private void define(String definition) {
        int equals = definition.indexOf('=');
        String name = equals < 0 ? definition : definition.substring(0, equals);
        String value = equals < 0 ? "" : definition.substring(equals);
        defined.add(name);
        if (UNTRACKED_TEXT.matcher(value).find()) {
            refuse("a macro of the command line asks for time or files");
        }
    }

    private void dependencies(boolean isWithoutSystem, List<String> asGiven) {
        asksForDependencies = true;
        // As GCC's driver does: -MMD after -MD does not add the system headers again, nor the other
        // way round; the later one counts.
        leavesOutSystemHeaders = isWithoutSystem;
        keyArguments.addAll(asGiven);
    }

    private void precompiled(String file, List<String> asGiven) {
        traits.add(Trait.PRECOMPILED_HEADER);
        inputs.add(file);
        keep(asGiven);
    }

    private void passOn(PassedOn to, GccOption option, String value, List<String> asGiven) {
        boolean isList = option.spelling().endsWith(",");
        var forKey = new ArrayList<String>();
        int forPreprocessor = 0;
        List<String> each = isList ? List.of(value.split(",", -1)) : List.of(value);
        for (String argument : each) {
            Meaning meaning = to.take(argument);
            forPreprocessor += meaning.isForPreprocessor() ? 1 : 0;
            if (!(meaning instanceof Meaning.Lists)) {
                forKey.add(argument);
            }
            apply(meaning, asGiven.getFirst(), argument);
        }
        keyArguments.add(option.spelling() + String.join(",", forKey));
        if (forPreprocessor == each.size()) {
            preprocessorArguments.addAll(asGiven);
        } else if (forPreprocessor > 0) {
            refuse(asGiven.getFirst());
        }
    }

    private void apply(Meaning meaning, String option, String argument) {
        switch (meaning) {
            case Meaning.Kept _ -> {}
            case Meaning.Defined(var text) -> define(text);
            case Meaning.Included(var name) -> forcedIncludes.add(name);
            case Meaning.Read(var file) -> {
                traits.add(Trait.PRECOMPILED_HEADER);
                inputs.add(file);
            }
            case Meaning.MakesHeader _ -> {
                traits.add(Trait.PRECOMPILED_HEADER);
                isHeaderForced = true;
            }
            case Meaning.Written(var file) -> writtenFiles.add(file);
            case Meaning.Lists(var file, var isWithoutSystem) -> {
                asksForDependencies = true;
                leavesOutSystemHeaders = isWithoutSystem;
                dependencyFile = file;
                isListPassedOn = true;
            }
            case Meaning.Refused _ ->
                    refuse(option.endsWith(argument) ? option : option + " " + argument);
        }
    }

    private void refuse(String reason) {
        if (refusal == null) {
            refusal = reason;
        }
    }

    private CompilerInvocation decide() {
        if (mode == Mode.LINK && !isPreprocessing && sources.size() == 1) {
            // A header alone is precompiled without being asked to.
            languageOf(sources.getFirst())
                    .filter(Language::isHeader)
                    .ifPresent(_ -> mode = Mode.OBJECT);
        }
        if (mode == Mode.LINK) {
            return isPreprocessing && !isQuestion
                    ? new NotCacheable(String.valueOf(refusal))
                    : new NotCompilation();
        }
        if (isQuestion) {
            refuse("a question beside -c");
        }
        if (frontend.isWaiting() || assembler.isWaiting() || preprocessor.isWaiting()) {
            refuse("argument parse");
        }
        if (refusal != null) {
            return new NotCacheable(refusal);
        }
        if (sources.size() != 1) {
            return new NotCacheable(sources.isEmpty() ? "no input file" : "multiple input files");
        }
        Source source = sources.getFirst();
        if (source.name().isEmpty()) {
            return new NotCacheable("input file without a name");
        }
        if (source.name().equals("-")) {
            return new NotCacheable("-");
        }
        Optional<Language> spoken = languageOf(source);
        return spoken.isEmpty()
                ? new NotCacheable(
                        source.spoken() == null
                                ? "unknown source language"
                                : "-x " + source.spoken())
                : decide(source.name(), spoken.get());
    }

    private Optional<Language> languageOf(Source source) {
        return source.spoken() == null
                ? Language.ofFile(source.name(), isCxxDriver)
                : Language.named(source.spoken());
    }

    private CompilerInvocation decide(String source, Language spoken) {
        if (spoken.isHeader()) {
            traits.add(Trait.PRECOMPILED_HEADER);
            if (mode == Mode.TEXT) {
                return new NotCacheable("-S of a header");
            }
        }
        if (isBitcode && output == null) {
            return new NotCacheable("-emit-llvm without -o");
        }
        noteTraits(source);
        String object = output == null ? objectOf(source, spoken) : output;
        if (object.equals("-")
                || object.isEmpty()
                || (object.startsWith("/dev/") && !object.equals(NOWHERE))) {
            return new NotCacheable("-o " + object);
        }
        if (mode == Mode.TEXT && sideSuffixes.contains(SPLIT_DEBUG)) {
            return new NotCacheable(
                    "-S with -gsplit-dwarf"); // each compiler has its own idea of it
        }
        boolean isObjectKept = mode != Mode.CHECK && !object.equals(NOWHERE);
        if (!isObjectKept && hasFilesBesides()) {
            return new NotCacheable("files beside an object that is not kept");
        }
        List<String> besides = sideOutputs(object, spoken);
        if (besides.contains("-") || besides.stream().anyMatch(file -> file.startsWith("/dev/"))) {
            return new NotCacheable("an output that is not a file");
        }
        if (isListNamed && isListPassedOn) {
            return new NotCacheable("-MF beside a list of the preprocessor's own");
        }
        if (!asksForDependencies && (dependencyFile != null || hasTarget || hasPhony)) {
            // With our own -MD beside them the compiler would no longer complain.
            return new NotCacheable("-MF, -MT or -MP without -MD");
        }
        if (asksForDependencies && spoken.isPreprocessed()) {
            return new NotCacheable("-MD of preprocessed source");
        }
        Optional<Dependencies> dependencies =
                asksForDependencies ? Optional.of(dependencies(object)) : Optional.empty();
        if (dependencies.isPresent() && isNoFile(dependencies.get().file())) {
            return new NotCacheable("-MF " + dependencies.get().file());
        }
        return new Cacheable(
                arguments,
                source,
                spoken,
                isObjectKept ? Optional.of(object) : Optional.empty(),
                dependencies,
                besides,
                keyArguments,
                facts(object, isObjectKept, besides, dependencies.isPresent()),
                preprocessorArguments,
                forcedIncludes,
                inputs,
                isColorExplicit,
                traits);
    }

    private void noteTraits(String source) {
        if (mode == Mode.TEXT) {
            traits.add(Trait.TEXT);
        }
        if (source.endsWith(GCC_SUFFIX) && sources.getFirst().spoken() == null) {
            traits.add(Trait.GCC_SUFFIX);
        }
        if (defined.contains("__DATE__") && defined.contains("__TIME__")) {
            traits.add(Trait.CLOCK_DEFINED);
        }
        if (defined.contains("__TIMESTAMP__")) {
            traits.add(Trait.TIMESTAMP_DEFINED);
        }
    }

    private boolean hasFilesBesides() {
        return !sideSuffixes.isEmpty()
                || traits.contains(Trait.SAVE_TEMPS)
                || (asksForDependencies && dependencyFile == null)
                || isHeaderForced;
    }

    private static boolean isNoFile(String name) {
        return name.equals("-") || name.isEmpty() || name.startsWith("/dev/");
    }

    /**
     * @return what shows in the outputs besides arguments and inputs
     */
    private List<String> facts(
            String object, boolean isObjectKept, List<String> besides, boolean hasList) {
        var facts = new ArrayList<String>();
        facts.add("mode " + mode + (isObjectKept ? "" : " without object"));
        if (hasList && !hasTarget) {
            // With -S as well the compilers' own idea of a target is an object.
            facts.add(output == null ? "target of its own" : "target " + object);
        }
        // The object names a file beside it, or its counters: by its own name.
        if (isNameInObject || !besides.isEmpty()) {
            facts.add("name " + object);
        }
        return facts;
    }

    private Dependencies dependencies(String object) {
        String file = dependencyFile == null ? stem(object) + ".d" : dependencyFile;
        return new Dependencies(file, leavesOutSystemHeaders);
    }

    private List<String> sideOutputs(String object, Language spoken) {
        var files = new ArrayList<String>();
        for (String suffix : sideSuffixes) {
            files.add(stem(object) + suffix);
        }
        if (traits.contains(Trait.SAVE_TEMPS)) {
            if (!spoken.isPreprocessed()) {
                files.add(stem(object) + preprocessedSuffix(spoken));
            }
            if (mode == Mode.OBJECT && !spoken.isAssembler()) {
                files.add(stem(object) + ".s");
            }
        }
        files.addAll(writtenFiles);
        return files;
    }

    private static String preprocessedSuffix(Language language) {
        return switch (language) {
            case CXX, CXX_HEADER -> ".ii";
            case OBJECTIVE_C, OBJECTIVE_C_HEADER -> ".mi";
            case OBJECTIVE_CXX, OBJECTIVE_CXX_HEADER -> ".mii";
            case ASSEMBLER_WITH_CPP -> ".s";
            default -> ".i";
        };
    }

    /** {@code file} without the last suffix of its name. */
    private static String stem(String file) {
        int dot = file.lastIndexOf('.');
        return dot > file.lastIndexOf('/') ? file.substring(0, dot) : file;
    }

    private String objectOf(String source, Language spoken) {
        if (spoken.isHeader() && !isHeaderForced) {
            return source + ".gch";
        }
        String name = source.substring(source.lastIndexOf('/') + 1);
        return stem(name) + (mode == Mode.TEXT ? ".s" : ".o");
    }
}
