package io.cachepot.client.compiler.rustc;

import io.cachepot.client.include.DependencyFile;
import io.cachepot.client.include.Inputs.Variable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What {@code --emit=dep-info} says: make rules, all with the same prerequisites, and comments with
 * the variables that {@code env!} and its kin asked for. Source: {@code write_out_deps} in {@code
 * rustc_interface/src/passes.rs}.
 *
 * @param files every source, and what {@code include_str!} and its kin read, as rustc names them
 */
public record DependencyList(List<String> files, List<Variable> variables) {
    private static final String VARIABLE = "# env-dep:";

    public DependencyList {
        files = List.copyOf(files);
        variables = List.copyOf(variables);
    }

    /**
     * Reads one.
     *
     * @throws IOException when {@code text} is no such list
     */
    public static DependencyList parse(String text) throws IOException {
        var variables = new ArrayList<Variable>();
        for (String line : text.lines().toList()) {
            if (line.startsWith(VARIABLE)) {
                String said = line.substring(VARIABLE.length());
                int equals = said.indexOf('=');
                variables.add(
                        equals < 0
                                ? new Variable(plain(said), Optional.empty())
                                : new Variable(
                                        plain(said.substring(0, equals)),
                                        Optional.of(plain(said.substring(equals + 1)))));
            }
        }
        try {
            return new DependencyList(DependencyFile.prerequisites(text), variables);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static String plain(String escaped) {
        var text = new StringBuilder();
        boolean isEscaped = false;
        for (int i = 0; i < escaped.length(); i++) {
            char c = escaped.charAt(i);
            if (isEscaped) {
                text.append(
                        switch (c) {
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            default -> c;
                        });
                isEscaped = false;
            } else if (c == '\\') {
                isEscaped = true;
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }
}
