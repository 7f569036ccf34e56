package io.cachepot.client.coordinator;

import io.cachepot.client.key.CompileKeys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The environment of a compile on a worker: what compilers read, nothing else of the user's.
 *
 * @param speaksTheSame whether diagnostics come out as they would here
 */
record JobEnvironment(Map<String, String> variables, boolean speaksTheSame) {
    private static final Set<String> LOCALE_VARIABLES =
            Set.of("LANG", "LANGUAGE", "LC_ALL", "LC_CTYPE", "LC_MESSAGES");

    /** Name files and programs of this machine that a job does not bring along. */
    private static final List<String> NOT_SENT =
            List.of("GCC_EXEC_PREFIX", "COMPILER_PATH", "GCC_ROOT");

    JobEnvironment {
        variables = Map.copyOf(variables);
    }

    /** Why a compile in this environment stays here; empty when it may go. */
    static Optional<String> refusal(Map<String, String> environment) {
        return NOT_SENT.stream()
                .filter(name -> !environment.getOrDefault(name, "").isEmpty())
                .findFirst()
                .map(name -> name + " is set");
    }

    /** For {@code request}. */
    static JobEnvironment of(CompileRequest request, Locales locales) {
        var variables = new LinkedHashMap<String, String>();
        for (String variable : CompileKeys.relevant(request.environment())) {
            int equals = variable.indexOf('=');
            String name = variable.substring(0, equals);
            if (!LOCALE_VARIABLES.contains(name)) {
                variables.put(name, variable.substring(equals + 1));
            }
        }
        variables.put("PATH", path(request));
        variables.put("PWD", request.cwd().toString());
        Optional<String> locale = locales.onWorker(request.environment());
        variables.put("LC_ALL", locale.orElse("C.UTF-8"));
        return new JobEnvironment(variables, locale.isPresent());
    }

    /** A driver looks for itself and for the assembler on PATH. */
    private static String path(CompileRequest request) {
        String own = String.valueOf(request.compiler().executable().getParent());
        return own.equals("/usr/bin") ? "/usr/bin:/bin" : own + ":/usr/bin:/bin";
    }
}
