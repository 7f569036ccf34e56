package io.cachepot.client.key;

import io.cachepot.client.compiler.CompilerInvocation.Cacheable;
import io.cachepot.client.compiler.CompilerInvocation.Trait;
import io.cachepot.client.include.Inputs;
import io.cachepot.client.include.Inputs.Absence;
import io.cachepot.client.include.Inputs.InputFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Names of files by their place relative to the directory of the compile, so that a checkout and
 * its copy elsewhere below a base directory have the same names: {@code |1/inc/a.h} is {@code
 * inc/a.h} one directory up. Spellings stay: {@code /base/x/../y} is not the same as {@code
 * /base/y}, for a link may be in between.
 *
 * <p>A result that has such names in its key must not depend on the place itself. Most that do
 * depend show it: the place is spelled out in them. {@link #refusal} tells those compiles where it
 * could be hidden.
 */
public final class Relocation {
    private static final char MARK = '|';

    /**
     * Options whose value is a file or directory, by their beginning. Values of other options are
     * left alone: a macro's may come to be anything.
     */
    private static final List<String> WITH_PATH =
            List.of(
                    "-I",
                    "-iquote",
                    "-isystem",
                    "-idirafter",
                    "-isysroot",
                    "--sysroot",
                    "--sysroot=",
                    "-include",
                    "-imacros",
                    "-fdebug-prefix-map=",
                    "-ffile-prefix-map=",
                    "-fmacro-prefix-map=",
                    "-fdebug-compilation-dir=",
                    "-ffile-compilation-dir=",
                    "-fdebug-compilation-dir",
                    "-fsanitize-ignorelist=",
                    "-fsanitize-blacklist=");

    /** The place may be in the object, but packed or hashed. */
    private static final List<String> HIDING =
            List.of(
                    "-flto",
                    "-emit-llvm",
                    "-gz",
                    "-funique-internal-linkage-names",
                    "-fembed-",
                    "-Xclang",
                    "-mllvm",
                    "-fsanitize=cfi",
                    "-fxray");

    private final Path base;
    private final String cwd;
    private final Cacheable invocation;

    private Relocation(Path base, String cwd, Cacheable invocation) {
        this.base = base;
        this.cwd = cwd;
        this.invocation = invocation;
    }

    /**
     * For a compile in {@code cwd}.
     *
     * @param bases absolute
     * @return empty when {@code cwd} is below none of them
     */
    public static Optional<Relocation> of(List<Path> bases, Path cwd, Cacheable invocation) {
        return bases.stream()
                .filter(cwd::startsWith)
                .findFirst()
                .map(base -> new Relocation(base, cwd.toString(), invocation));
    }

    /**
     * Why the command line alone forbids that its result serves elsewhere.
     *
     * @return empty when it does not
     */
    public Optional<String> refusal() {
        if (!invocation.sideOutputs().isEmpty()
                || invocation.facts().stream().anyMatch(fact -> fact.startsWith("name "))) {
            return Optional.of("files beside the object");
        }
        if (invocation.has(Trait.PRECOMPILED_HEADER)) {
            return Optional.of("precompiled header");
        }
        return invocation.keyArguments().stream()
                .filter(argument ->
                        HIDING.stream().anyMatch(argument::startsWith)
                                || argument.contains("compress-debug"))
                .findFirst();
    }

    /** Whether the command line names files by their absolute names below the base directory. */
    public boolean hasAbsoluteNames() {
        return !portable(invocation.source()).equals(invocation.source())
                || !arguments().equals(invocation.keyArguments());
    }

    /** Texts that tell the place, as the compiler knows it and as the system does. */
    public Set<String> places() {
        var places = new LinkedHashSet<String>();
        places.add(base.toString());
        places.add(cwd);
        try {
            places.add(base.toRealPath().toString());
            places.add(Path.of(cwd).toRealPath().toString());
        } catch (IOException _) {
            // It is gone; what the compiler knew is above.
        }
        return places;
    }

    String source() {
        return portable(invocation.source());
    }

    /** The key arguments with portable names. */
    List<String> arguments() {
        var arguments = new ArrayList<String>();
        String before = "";
        for (String argument : invocation.keyArguments()) {
            arguments.add(WITH_PATH.contains(before) ? portable(argument) : ofOption(argument));
            before = argument;
        }
        return arguments;
    }

    private String ofOption(String argument) {
        for (String option : WITH_PATH) {
            if (argument.startsWith(option) && argument.length() > option.length()) {
                String value = argument.substring(option.length());
                int equals = option.endsWith("map=") ? value.indexOf('=') : -1;
                return equals < 0
                        ? option + portable(value)
                        : option + portable(value.substring(0, equals)) + value.substring(equals);
            }
        }
        return argument;
    }

    /** {@code name} relative to the directory of the compile, if it is below the base directory. */
    public String portable(String name) {
        if (!name.startsWith(base + "/") && !name.equals(base.toString())) {
            return name;
        }
        int common = 0;
        for (int i = 0; i <= cwd.length(); i++) {
            boolean isEnd = i == cwd.length() || cwd.charAt(i) == '/';
            boolean isEndOfName =
                    i == name.length() || (i < name.length() && name.charAt(i) == '/');
            if (isEnd && isEndOfName && name.startsWith(cwd.substring(0, i))) {
                common = i;
            }
        }
        long up = cwd.substring(common).chars().filter(c -> c == '/').count();
        return "" + MARK + up + name.substring(common);
    }

    /** The reverse of {@link #portable}. */
    public String local(String name) {
        if (name.isEmpty() || name.charAt(0) != MARK) {
            return name;
        }
        int end = 1;
        while (end < name.length() && Character.isDigit(name.charAt(end))) {
            end++;
        }
        String directory = cwd;
        for (int up = Integer.parseInt(name.substring(1, end)); up > 0; up--) {
            directory = directory.substring(0, Math.max(0, directory.lastIndexOf('/')));
        }
        return directory + name.substring(end);
    }

    /** {@code inputs} with portable names. */
    public Inputs portable(Inputs inputs) {
        return renamed(inputs, this::portable);
    }

    /** {@code inputs} with names of this place. */
    public Inputs local(Inputs inputs) {
        return renamed(inputs, this::local);
    }

    private static Inputs renamed(Inputs inputs, UnaryOperator<String> names) {
        return new Inputs(
                inputs.files().stream()
                        .map(file ->
                                new InputFile(
                                        names.apply(file.path()),
                                        file.digest(),
                                        file.modifiedNanos()))
                        .toList(),
                inputs.absences().stream()
                        .map(absence ->
                                new Absence(names.apply(absence.directory()), absence.names()))
                        .toList(),
                inputs.present().stream().map(names).toList(),
                inputs.withoutPrecompiled().stream().map(names).toList(),
                inputs.variables());
    }
}
