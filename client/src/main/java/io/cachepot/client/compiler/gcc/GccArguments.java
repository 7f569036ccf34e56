package io.cachepot.client.compiler.gcc;

import io.cachepot.client.compiler.CompilerInvocation;
import io.cachepot.client.compiler.CompilerInvocation.Cacheable;
import io.cachepot.client.compiler.CompilerInvocation.Dependencies;
import io.cachepot.client.compiler.CompilerInvocation.NotCacheable;
import io.cachepot.client.compiler.CompilerInvocation.NotCompilation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Classifies a command line of gcc or clang by {@link GccOptions}. One object, one command line.
 */
public final class GccArguments {
    private static final Map<String, String> LANGUAGE_OF_SUFFIX =
            Map.of(
                    "c",
                    "c",
                    "cc",
                    "c++",
                    "cp",
                    "c++",
                    "cxx",
                    "c++",
                    "cpp",
                    "c++",
                    "CPP",
                    "c++",
                    "c++",
                    "c++",
                    "C",
                    "c++",
                    "m",
                    "objective-c",
                    "mm",
                    "objective-c++");

    private static final List<String> LANGUAGES =
            List.of("c", "c++", "objective-c", "objective-c++");

    /**
     * In a macro that is defined on the command line, where no scan of a file sees it: what it
     * expands to depends on more than the files that are read.
     */
    private static final Pattern UNTRACKED_TEXT =
            Pattern.compile(
                    "__DATE__|__TIME__|__TIMESTAMP__|__has_|incbin|\\.include|_Pragma",
                    Pattern.CASE_INSENSITIVE);

    private final List<String> arguments;
    private final boolean isCxxDriver;
    private final List<String> keyArguments = new ArrayList<>();
    private final List<String> sources = new ArrayList<>();
    private final List<String> forcedIncludes = new ArrayList<>();
    private boolean isCompile;
    private boolean isQuestion;
    private boolean isColorExplicit;
    private boolean asksForDependencies;
    private boolean leavesOutSystemHeaders;
    private boolean hasTarget;
    private boolean hasPhony;
    private @Nullable String output;
    private @Nullable String dependencyFile;
    private @Nullable String language;
    private @Nullable String refusal;

    private GccArguments(List<String> arguments, boolean isCxxDriver) {
        this.arguments = arguments;
        this.isCxxDriver = isCxxDriver;
    }

    /**
     * Classifies.
     *
     * @param arguments without argv[0]
     * @param isCxxDriver whether the compiler takes {@code .c} for C++, as g++ does
     */
    public static CompilerInvocation classify(List<String> arguments, boolean isCxxDriver) {
        var parsed = new GccArguments(arguments, isCxxDriver);
        parsed.readAll();
        return parsed.decide();
    }

    private void readAll() {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            boolean isOption = argument.startsWith("-") || argument.startsWith("@");
            if (!isOption) {
                sources.add(argument);
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
            case KEEP -> keep(option, value, asGiven);
            case COMPILE -> isCompile = true;
            case OUTPUT -> {
                if (output != null) {
                    refuse("multiple -o"); // the driver mixes them up when it writes lists
                }
                output = value;
            }
            case LANGUAGE -> language(value, asGiven);
            case DEPENDENCIES -> dependencies(false, asGiven);
            case DEPENDENCIES_WITHOUT_SYSTEM -> dependencies(true, asGiven);
            case DEPENDENCY_PHONY -> {
                hasPhony = true;
                keyArguments.addAll(asGiven);
            }
            case DEPENDENCY_FILE -> dependencyFile = value;
            case DEPENDENCY_TARGET -> {
                hasTarget = true;
                keyArguments.addAll(asGiven);
            }
            case COLOR -> {
                isColorExplicit = true;
                keyArguments.addAll(asGiven);
            }
            case QUESTION -> isQuestion = true;
            case REFUSE -> refuse(asGiven.getFirst());
        }
    }

    /** {@code -Wp,-DX,-MD,file} is two options; only the first was recognised. */
    private void keep(GccOption option, String value, List<String> asGiven) {
        if (option.spelling().startsWith("-Wp,") && value.indexOf(',') >= 0) {
            refuse("-Wp,");
        }
        if (isDefinition(option) && UNTRACKED_TEXT.matcher(value).find()) {
            refuse("a macro of the command line asks for time or files");
        }
        if (option.spelling().equals("-include") || option.spelling().equals("-imacros")) {
            forcedIncludes.add(value);
        }
        keyArguments.addAll(asGiven);
    }

    private static boolean isDefinition(GccOption option) {
        return option.spelling().equals("-D") || option.spelling().equals("-Wp,-D");
    }

    private void language(String value, List<String> asGiven) {
        if (!LANGUAGES.contains(value) || !sources.isEmpty()) {
            refuse("-x " + value);
        }
        language = value;
        keyArguments.addAll(asGiven);
    }

    private void dependencies(boolean isWithoutSystem, List<String> asGiven) {
        asksForDependencies = true;
        // As GCC's driver does: -MMD after -MD does not add the system headers again, nor the other
        // way round; the later one counts.
        leavesOutSystemHeaders = isWithoutSystem;
        keyArguments.addAll(asGiven);
    }

    private void refuse(String reason) {
        if (refusal == null) {
            refusal = reason;
        }
    }

    private CompilerInvocation decide() {
        if (isQuestion && !isCompile) {
            return new NotCompilation();
        }
        if (!isCompile) {
            return refusal == null || !isPreprocessing(refusal)
                    ? new NotCompilation()
                    : new NotCacheable(refusal);
        }
        if (isQuestion) {
            refuse("a question beside -c");
        }
        if (refusal != null) {
            return new NotCacheable(refusal);
        }
        if (sources.size() != 1) {
            return new NotCacheable(sources.isEmpty() ? "no input file" : "multiple input files");
        }
        if (sources.getFirst().isEmpty()) {
            return new NotCacheable("input file without a name");
        }
        return decide(sources.getFirst());
    }

    /**
     * Without {@code -c} these still compile nothing to an object; users know them from the list of
     * reasons.
     */
    private static boolean isPreprocessing(String reason) {
        return reason.equals("-E")
                || reason.equals("-M")
                || reason.equals("-MM")
                || reason.equals("-fsyntax-only");
    }

    private CompilerInvocation decide(String source) {
        String spoken = languageOf(source);
        if (spoken == null) {
            return new NotCacheable("unknown source language");
        }
        String object = output == null ? objectOf(source) : output;
        if (object.equals("-") || object.isEmpty() || object.startsWith("/dev/")) {
            return new NotCacheable("-o " + object);
        }
        var dependencies = Optional.<Dependencies>empty();
        if (asksForDependencies) {
            if (dependencyFile == null && !object.endsWith(".o")) {
                return new NotCacheable("-MD without -MF for an output not named *.o");
            }
            String file =
                    dependencyFile == null
                            ? object.substring(0, object.length() - 1) + "d"
                            : dependencyFile;
            if (file.equals("-") || file.startsWith("/dev/")) {
                return new NotCacheable("-MF " + file);
            }
            dependencies = Optional.of(new Dependencies(file, leavesOutSystemHeaders));
            if (!hasTarget) {
                keyArguments.add("target:" + object);
            }
        } else if (dependencyFile != null || hasTarget || hasPhony) {
            // With our own -MD beside them the compiler would no longer complain.
            return new NotCacheable("-MF, -MT or -MP without -MD");
        }
        return new Cacheable(
                arguments,
                source,
                object,
                dependencies,
                keyArguments,
                forcedIncludes,
                isColorExplicit,
                spoken);
    }

    private @Nullable String languageOf(String source) {
        if (language != null) {
            return language;
        }
        int dot = source.lastIndexOf('.');
        String byName = dot < 0 ? null : LANGUAGE_OF_SUFFIX.get(source.substring(dot + 1));
        return isCxxDriver && "c".equals(byName) ? "c++" : byName;
    }

    private static String objectOf(String source) {
        String name = source.substring(source.lastIndexOf('/') + 1);
        return name.substring(0, name.lastIndexOf('.') < 0 ? name.length() : name.lastIndexOf('.'))
                + ".o";
    }
}
