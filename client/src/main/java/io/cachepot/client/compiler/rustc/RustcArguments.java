package io.cachepot.client.compiler.rustc;

import io.cachepot.client.compiler.rustc.RustcInvocation.Crate;
import io.cachepot.client.compiler.rustc.RustcInvocation.CrateType;
import io.cachepot.client.compiler.rustc.RustcInvocation.Emit;
import io.cachepot.client.compiler.rustc.RustcInvocation.Extern;
import io.cachepot.client.compiler.rustc.RustcInvocation.Linking;
import io.cachepot.client.compiler.rustc.RustcInvocation.NotCacheable;
import io.cachepot.client.compiler.rustc.RustcInvocation.NotCompilation;
import io.cachepot.client.compiler.rustc.RustcInvocation.SearchPath;
import io.cachepot.client.compiler.rustc.RustcInvocation.Trait;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Classifies a command line of rustc by {@link RustcOptions}. */
public final class RustcArguments {
    private static final long ARGUMENT_FILE_BYTES_MAX = 1 << 20;

    /** Systems whose programs and libraries are called as on Linux. */
    private static final Pattern ELF_TARGET =
            Pattern.compile("[a-z0-9_.]+-(?:[a-z0-9_]+-)?(?:linux|none|freebsd|netbsd)[a-z0-9_-]*");

    /** Targets for which rustc runs {@code cc}, unless it is told otherwise. */
    private static final Pattern LINKED_BY_CC =
            Pattern.compile("[a-z0-9_.]+-[a-z0-9_]+-linux-(?:gnu|musl)[a-z0-9]*");

    /**
     * What may be passed to the linker: it reads what its list of inputs says, and writes one file.
     */
    private static final Pattern LINK_ARGUMENT =
            Pattern.compile(
                    "-fuse-ld=[A-Za-z0-9.-]+|-no-pie|-pie|-static|-static-pie|-static-libgcc|-shared-libgcc"
                            + "|-nostartfiles|-nostdlib|-nodefaultlibs|-rdynamic|-pthread|-m[a-z0-9=-]+|-s"
                            + "|-[lLB].+|-Wl,-?-(?:z,.+|rpath[,=].+|rpath-link[,=].+|as-needed|no-as-needed"
                            + "|gc-sections|no-gc-sections|build-id(?:=[a-z0-9]+)?|soname[,=].+|h,.+"
                            + "|version-script[,=].+|dynamic-list[,=].+|script[,=].+|T,?.+|export-dynamic|E"
                            + "|export-dynamic-symbol[,=].+|compress-debug-sections=[a-z0-9]+|threads(?:=[0-9]+)?"
                            + "|no-rosegment|O[0-9s]|icf=[a-z]+|undefined[,=].+|u,.+|defsym[,=].+|wrap[,=].+"
                            + "|allow-multiple-definition|allow-shlib-undefined|no-undefined|whole-archive"
                            + "|no-whole-archive|Bstatic|Bdynamic|Bsymbolic|Bsymbolic-functions|start-group|end-group"
                            + "|hash-style=[a-z]+|eh-frame-hdr|strip-all|strip-debug|s|S|n|nmagic|omagic|no-relax"
                            + "|exclude-libs[,=].+|enable-new-dtags|disable-new-dtags|dynamic-linker[,=].+)"
                            + "|-T.+");

    private final List<String> arguments;
    private final List<String> keyArguments = new ArrayList<>();
    private final List<String> sources = new ArrayList<>();
    private final List<String> inputs = new ArrayList<>();
    private final List<String> libraries = new ArrayList<>();
    private final List<String> linkArguments = new ArrayList<>();
    private final List<Extern> externs = new ArrayList<>();
    private final List<SearchPath> searched = new ArrayList<>();
    private final Set<CrateType> crateTypes = EnumSet.noneOf(CrateType.class);
    private final Map<Emit, Optional<String>> emitted = new EnumMap<>(Emit.class);
    private final Set<Trait> traits = EnumSet.noneOf(Trait.class);
    private boolean isQuestion;
    private boolean isTest;
    private @Nullable String crateName;
    private @Nullable String diagnosticWidth;
    private @Nullable String outDirectory;
    private @Nullable String output;
    private @Nullable String target;
    private @Nullable String linker;
    private @Nullable String refusal;
    private String extraFileName = "";

    private RustcArguments(List<String> arguments) {
        this.arguments = arguments;
    }

    /**
     * Classifies.
     *
     * @param arguments without argv[0], and without the path of rustc that clippy-driver gets
     * @param cwd where {@code @file} is read
     * @param isIncrementalLeftOut whether {@code -C incremental} is to be passed over
     */
    public static RustcInvocation classify(
            List<String> arguments, Path cwd, boolean isIncrementalLeftOut) {
        Optional<List<String>> expanded = expand(arguments, cwd);
        if (expanded.isEmpty()) {
            return new NotCacheable("@file that can not be read");
        }
        var parsed = new RustcArguments(expanded.get());
        parsed.readAll();
        boolean isWhole = expanded.get().equals(arguments);
        RustcInvocation invocation = parsed.decide(isIncrementalLeftOut && isWhole);
        return !isWhole && invocation instanceof Crate crate && crate.dependencyList().isEmpty()
                ? new NotCacheable("@file without dep-info")
                : invocation;
    }

    /** The same command line without {@code -C incremental}. */
    public static List<String> withoutIncremental(List<String> arguments) {
        return without(
                arguments,
                (option, value) ->
                        option.effect() == RustcOptions.Effect.CODEGEN
                                && name(value).equals("incremental"));
    }

    /** The same command line without {@code --emit} and {@code -o}. */
    public static List<String> withoutOutputs(List<String> arguments) {
        return without(
                arguments,
                (option, _) ->
                        option.effect() == RustcOptions.Effect.EMIT
                                || option.effect() == RustcOptions.Effect.OUTPUT);
    }

    private static List<String> without(
            List<String> arguments, BiPredicate<RustcOptions.Option, String> isLeftOut) {
        var kept = new ArrayList<String>();
        for (int i = 0; i < arguments.size(); i++) {
            Optional<Taken> taken = taken(arguments, i);
            if (taken.isEmpty() || !isLeftOut.test(taken.get().option(), taken.get().value())) {
                kept.add(arguments.get(i));
                if (taken.isPresent() && taken.get().isNext()) {
                    kept.add(arguments.get(i + 1));
                }
            }
            if (taken.isPresent() && taken.get().isNext()) {
                i++;
            }
        }
        return kept;
    }

    /**
     * One option.
     *
     * @param isNext whether its value is the next argument
     */
    private record Taken(RustcOptions.Option option, String value, boolean isNext) {}

    /**
     * What is at {@code index}; empty for a source, an unknown option, or one without its value.
     */
    private static Optional<Taken> taken(List<String> arguments, int index) {
        String argument = arguments.get(index);
        Optional<RustcOptions.Option> found =
                argument.startsWith("-") ? RustcOptions.find(argument) : Optional.empty();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        RustcOptions.Option option = found.get();
        if (!option.hasValue()) {
            return Optional.of(new Taken(option, "", false));
        }
        if (argument.length() > option.name().length()) {
            int skipped = option.name().startsWith("--") ? 1 : 0;
            String value = argument.substring(option.name().length() + skipped);
            return Optional.of(new Taken(option, value, false));
        }
        return index + 1 < arguments.size()
                ? Optional.of(new Taken(option, arguments.get(index + 1), true))
                : Optional.empty();
    }

    /** As rustc does: each line of {@code @file} is an argument. */
    private static Optional<List<String>> expand(List<String> arguments, Path cwd) {
        if (arguments.stream().noneMatch(argument -> argument.startsWith("@"))) {
            return Optional.of(arguments);
        }
        var expanded = new ArrayList<String>();
        for (String argument : arguments) {
            if (!argument.startsWith("@")) {
                expanded.add(argument);
                continue;
            }
            try {
                Path file = cwd.resolve(argument.substring(1));
                if (Files.size(file) > ARGUMENT_FILE_BYTES_MAX) {
                    return Optional.empty();
                }
                expanded.addAll(Files.readAllLines(file));
            } catch (IOException | InvalidPathException _) {
                return Optional.empty();
            }
        }
        return Optional.of(expanded);
    }

    private void readAll() {
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            if (argument.equals("--")) {
                sources.addAll(arguments.subList(i + 1, arguments.size()));
                return;
            }
            if (!argument.startsWith("-") || argument.equals("-")) {
                sources.add(argument);
                continue;
            }
            Optional<Taken> taken = taken(arguments, i);
            if (taken.isEmpty()) {
                refuse("unknown option " + argument);
                continue;
            }
            take(taken.get().option(), taken.get().value());
            if (taken.get().isNext()) {
                i++;
            }
        }
    }

    private void take(RustcOptions.Option option, String value) {
        switch (option.effect()) {
            case KEEP -> keep(option.name(), value);
            case QUESTION -> isQuestion = true;
            case REFUSE -> refuse(option.name());
            case TEST -> {
                isTest = true;
                keep(option.name(), value);
            }
            case COLOR -> {
                traits.add(Trait.COLOR_EXPLICIT);
                keep(option.name(), value);
            }
            case ERROR_FORMAT -> {
                if (value.contains("json")) {
                    traits.add(Trait.COLOR_EXPLICIT);
                }
                keep(option.name(), value);
            }
            case CODEGEN -> takeCodegen(value);
            case UNSTABLE -> takeUnstable(value);
            case CRATE_NAME -> {
                crateName = value;
                keep(option.name(), value);
            }
            case CRATE_TYPE -> takeCrateTypes(value);
            case DIAGNOSTIC_WIDTH -> diagnosticWidth = value;
            case EMIT -> takeEmitted(value);
            case EXTERN -> takeExtern(value);
            case LIBRARY -> {
                libraries.add(value);
                keep(option.name(), value);
            }
            case OUTPUT -> output = value;
            case OUT_DIRECTORY -> outDirectory = value;
            case SEARCH -> takeSearchPath(value);
            case TARGET -> {
                target = value;
                keep(option.name(), value);
                if (value.endsWith(".json")) {
                    inputs.add(value);
                }
            }
        }
    }

    private void keep(String name, String value) {
        keyArguments.add(value.isEmpty() ? name : name + " " + value);
    }

    private void takeCodegen(String text) {
        String name = name(text);
        String value = value(text);
        switch (name) {
            case "extra-filename" -> {
                extraFileName = value;
                keep("-C", text);
            }
            case "incremental" -> traits.add(Trait.INCREMENTAL);
            case "linker" -> linker = value;
            case "link-arg" -> linkArguments.add(value);
            case "link-args" -> linkArguments.addAll(List.of(value.strip().split(" +")));
            case "profile-use", "profile-sample-use" -> {
                keep("-C", name);
                inputs.add(value.isEmpty() ? "default.profdata" : value);
            }
            case "target-cpu" -> {
                if (value.equals("native")) {
                    traits.add(Trait.NATIVE_CPU);
                }
                keep("-C", text);
            }
            case "split-debuginfo" -> {
                if (value.equals("off")) {
                    keep("-C", text);
                } else {
                    refuse("-C split-debuginfo=" + value);
                }
            }
            case "llvm-args" -> {
                // Most only tune; those with a path dump something.
                if (value.contains("/") || value.contains("dump") || value.contains("print")) {
                    refuse("-C llvm-args");
                }
                keep("-C", text);
            }
            default -> {
                if (RustcOptions.CODEGEN_KEPT.contains(name)) {
                    keep("-C", name + (value.isEmpty() ? "" : "=" + value));
                } else {
                    refuse("-C " + name);
                }
            }
        }
    }

    private void takeUnstable(String text) {
        if (RustcOptions.UNSTABLE_KEPT.contains(name(text))) {
            keep("-Z", text);
        } else {
            refuse("-Z " + name(text));
        }
    }

    /** rustc takes {@code _} for {@code -} here. */
    private static String name(String text) {
        int equals = text.indexOf('=');
        return (equals < 0 ? text : text.substring(0, equals)).replace('_', '-');
    }

    private static String value(String text) {
        int equals = text.indexOf('=');
        return equals < 0 ? "" : text.substring(equals + 1);
    }

    private void takeCrateTypes(String value) {
        for (String name : value.split(",", -1)) {
            CrateType type = CrateType.named(name);
            if (type == null) {
                refuse("--crate-type " + name);
            } else {
                crateTypes.add(type);
            }
        }
    }

    private void takeEmitted(String value) {
        for (String kind : value.split(",", -1)) {
            Optional<String> file =
                    kind.contains("=") ? Optional.of(value(kind)) : Optional.empty();
            switch (kind.replaceFirst("=.*", "")) {
                case "link" -> emitted.put(Emit.LINK, file);
                case "metadata" -> emitted.put(Emit.METADATA, file);
                case "dep-info" -> emitted.put(Emit.DEP_INFO, file);
                default -> refuse("--emit " + kind.replaceFirst("=.*", ""));
            }
        }
    }

    private void takeExtern(String value) {
        int equals = value.indexOf('=');
        String named = equals < 0 ? value : value.substring(0, equals);
        int colon = named.indexOf(':');
        externs.add(
                new Extern(
                        colon < 0 ? "" : named.substring(0, colon),
                        named.substring(colon + 1),
                        equals < 0 ? Optional.empty() : Optional.of(value.substring(equals + 1))));
    }

    private void takeSearchPath(String value) {
        for (String kind : List.of("dependency", "crate", "native", "framework", "all")) {
            if (value.startsWith(kind + "=")) {
                searched.add(new SearchPath(kind, value.substring(kind.length() + 1)));
                return;
            }
        }
        searched.add(new SearchPath("all", value));
    }

    private void refuse(String reason) {
        if (refusal == null) {
            refusal = reason;
        }
    }

    private RustcInvocation decide(boolean isIncrementalLeftOut) {
        if (isQuestion || sources.isEmpty()) {
            return new NotCompilation();
        }
        if (sources.contains("-")) {
            return new NotCacheable("source from standard input");
        }
        if (sources.size() > 1) {
            return new NotCacheable("multiple input files");
        }
        if (refusal != null) {
            return new NotCacheable(refusal);
        }
        if (traits.contains(Trait.INCREMENTAL) && !isIncrementalLeftOut) {
            return new NotCacheable("incremental");
        }
        if (crateName == null) {
            return new NotCacheable("missing crate_name");
        }
        if (isTest) {
            crateTypes.clear();
            crateTypes.add(CrateType.BIN);
        }
        if (crateTypes.isEmpty()) {
            return new NotCacheable("missing crate-type");
        }
        if (emitted.isEmpty()) {
            emitted.put(Emit.LINK, Optional.empty());
        }
        boolean isLinked =
                emitted.containsKey(Emit.LINK) && crateTypes.stream().anyMatch(CrateType::isLinked);
        Optional<String> why = refusalOfTarget(isLinked);
        if (why.isPresent()) {
            return new NotCacheable(why.get());
        }
        var outputs = new LinkedHashSet<String>();
        if (areNamesOpen()) {
            return new NotCacheable("-o with several outputs");
        }
        OptionalInt dependencyList = addOutputs(crateName + extraFileName, outputs);
        return crate(crateName, isLinked, outputs, dependencyList);
    }

    private RustcInvocation crate(
            String name, boolean isLinked, Set<String> outputs, OptionalInt dependencyList) {
        keyArguments.add("crate-types " + crateTypes);
        keyArguments.add("emit " + emitted.keySet());
        if (isLinked) {
            keyArguments.addAll(
                    linkArguments.stream().map(argument -> "-C link-arg=" + argument).toList());
        }
        return new Crate(
                sources.getFirst(),
                name,
                crateTypes,
                emitted.keySet(),
                Optional.ofNullable(outDirectory),
                List.copyOf(outputs),
                dependencyList,
                externs,
                searched,
                libraries,
                keyArguments,
                inputs,
                isLinked
                        ? Optional.of(new Linking(Optional.ofNullable(linker), linkArguments))
                        : Optional.empty(),
                Optional.ofNullable(target),
                Optional.ofNullable(diagnosticWidth),
                traits);
    }

    private Optional<String> refusalOfTarget(boolean isLinked) {
        boolean isOnlyRlib = crateTypes.equals(EnumSet.of(CrateType.RLIB));
        if (target != null && emitted.containsKey(Emit.LINK) && !isOnlyRlib) {
            if (!ELF_TARGET.matcher(target).matches()) {
                return Optional.of("crate-type for target " + target);
            }
            if (isLinked && linker == null && !LINKED_BY_CC.matcher(target).matches()) {
                return Optional.of("linker of target " + target);
            }
        }
        return isLinked
                ? linkArguments.stream()
                        .filter(argument -> !LINK_ARGUMENT.matcher(argument).matches())
                        .findFirst()
                        .map(argument -> "-C link-arg=" + argument)
                : Optional.empty();
    }

    /** rustc derives several names from {@code -o}; nobody writes that. */
    private boolean areNamesOpen() {
        return output != null
                && (crateTypes.size() > 1
                        || emitted.values().stream().filter(Optional::isEmpty).count() > 1);
    }

    /**
     * Adds what is written.
     *
     * @return the number of the dependency list among them
     */
    private OptionalInt addOutputs(String stem, Set<String> outputs) {
        OptionalInt dependencyList = OptionalInt.empty();
        for (Map.Entry<Emit, Optional<String>> each : emitted.entrySet()) {
            if (each.getKey() == Emit.DEP_INFO) {
                dependencyList = OptionalInt.of(outputs.size());
            }
            Optional<String> named = each.getValue().or(() -> Optional.ofNullable(output));
            if (named.isPresent()) {
                outputs.add(named.get());
                continue;
            }
            switch (each.getKey()) {
                case LINK -> crateTypes.forEach(type -> outputs.add(placed(type.fileName(stem))));
                case METADATA -> outputs.add(placed("lib" + stem + ".rmeta"));
                case DEP_INFO -> outputs.add(placed(stem + ".d"));
            }
        }
        return dependencyList;
    }

    private String placed(String fileName) {
        return outDirectory == null || outDirectory.isEmpty()
                ? fileName
                : outDirectory.endsWith("/")
                        ? outDirectory + fileName
                        : outDirectory + "/" + fileName;
    }
}
