package io.cachepot.client.include;

import io.cachepot.protocol.Digest;
import java.util.List;
import java.util.Optional;

/**
 * All that one compile learned from the file system and from variables that its command line does
 * not name, as it was: the same command with the same inputs gives the same result.
 *
 * @param files every file read, in the order of the dependency list
 * @param absences names looked for in vain on the way to those files, and names that would have
 *     been taken before them
 * @param present paths whose existence alone was asked for ({@code __has_include}) and answered
 *     with yes
 * @param withoutPrecompiled directories in which headers were looked for and no precompiled one
 *     lies; compilers that find one take it instead
 * @param variables of the environment that the source asks for
 */
public record Inputs(
        List<InputFile> files,
        List<Absence> absences,
        List<String> present,
        List<String> withoutPrecompiled,
        List<Variable> variables) {
    public Inputs {
        files = List.copyOf(files);
        absences = List.copyOf(absences);
        present = List.copyOf(present);
        withoutPrecompiled = List.copyOf(withoutPrecompiled);
        variables = List.copyOf(variables);
    }

    /**
     * One variable of the environment.
     *
     * @param value empty where it was not set
     */
    public record Variable(String name, Optional<String> value) {}

    /**
     * One file.
     *
     * @param path absolute, spelled as the compiler does behind the directory it runs in; may hold
     *     {@code ..}
     * @param modifiedNanos its time, where that matters too; else 0
     */
    public record InputFile(String path, Digest digest, long modifiedNanos) {}

    /**
     * Names that do not exist in one directory.
     *
     * @param directory absolute; it may itself not exist, then nothing in it does
     */
    public record Absence(String directory, List<String> names) {
        public Absence {
            names = List.copyOf(names);
        }
    }
}
