package io.cachepot.client.coordinator;

import io.cachepot.client.cli.ClientCommand.OutputFormat;
import io.cachepot.client.explain.CompileLog;
import io.cachepot.client.explain.Explanations;
import io.cachepot.client.explain.Explanations.Answer;
import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneId;
import java.util.Optional;

/** Answers {@code --explain}: with exit code 1 when no such compile is known. */
final class ExplainCommand {
    private final CompileLog log;
    private final Explanations explanations;

    ExplainCommand(CompileLog log) {
        this.log = log;
        explanations = new Explanations(log, ZoneId.systemDefault());
    }

    void run(Optional<String> source, OutputFormat format, Path directory, BuildSide build)
            throws IOException {
        boolean isJson = format == OutputFormat.JSON;
        Answer answer =
                source.map(name -> explanations.source(name, directory, isJson))
                        .orElseGet(() -> explanations.summary(directory, isJson));
        Bytes text = Bytes.utf8(answer.text());
        boolean isError = !answer.isKnown() && !isJson;
        build.finish(
                isError ? Bytes.EMPTY : text,
                isError ? text : Bytes.EMPTY,
                answer.isKnown() ? 0 : 1);
    }

    /** The cache was emptied. */
    void cleared() {
        log.cleared();
    }
}
