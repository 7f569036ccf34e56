package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;

import io.cachepot.client.cache.ResultEntry;
import io.cachepot.client.compiler.Compiler.Family;
import io.cachepot.client.coordinator.CompileCache.Result;
import io.cachepot.client.elf.ElfSections;
import io.cachepot.client.include.DependencyRule;
import io.cachepot.client.include.InputCollector.Collected;
import io.cachepot.client.key.CompileKeys;
import io.cachepot.client.key.Relocation;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.wire.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A compile below a base directory, whose result may serve in another checkout: under a key without
 * the place, as long as nothing in the result shows the place. Dependency lists do; they are kept
 * as names and written anew.
 *
 * @param direct key of the manifest
 */
record Elsewhere(Digest direct, Relocation relocation) {
    private static final System.Logger LOG = System.getLogger(Elsewhere.class.getName());

    /**
     * What {@code request} is called everywhere.
     *
     * @param source digest of its source
     * @return empty when it is below no base directory, or not to be moved
     */
    static Optional<Elsewhere> of(List<Path> bases, CompileRequest request, Digest source) {
        Optional<Relocation> relocation = Relocation.of(bases, request.cwd(), request.invocation());
        Optional<String> refusal = relocation.flatMap(Relocation::refusal);
        if (refusal.isPresent()) {
            LOG.log(DEBUG, "only for this place: reason={0}", refusal.get());
            return Optional.empty();
        }
        return relocation.map(each ->
                new Elsewhere(
                        CompileKeys.portable(
                                request.compiler(),
                                request.invocation(),
                                each,
                                request.environment(),
                                request.isColored(),
                                source),
                        each));
    }

    /**
     * The result as it is stored for every place.
     *
     * @return empty when it belongs to this one
     */
    Optional<Result> portable(CompileRequest request, Collected.Complete inputs, Result result) {
        if (!inputs.isDirect()
                || (inputs.namesItself() && relocation.hasAbsoluteNames())
                || showsPlace(result.stdout())
                || showsPlace(result.stderr())) {
            return Optional.empty();
        }
        int list = listIndex(request);
        var outputs = new ArrayList<ResultEntry.Output>();
        for (ResultEntry.Output output : result.outputs()) {
            Optional<Bytes> content =
                    output.index() == list
                            ? portableList(request, output.content())
                            : Optional.of(output.content()).filter(this::isReadable);
            if (content.isEmpty() || showsPlace(content.get())) {
                return Optional.empty();
            }
            outputs.add(
                    new ResultEntry.Output(output.index(), output.isExecutable(), content.get()));
        }
        return Optional.of(new Result(result.stdout(), result.stderr(), outputs));
    }

    /** Where the dependency list is among the outputs; -1 if there is none. */
    private static int listIndex(CompileRequest request) {
        return request.invocation()
                .dependencies()
                .map(list -> request.invocation().outputs().indexOf(list.file()))
                .orElse(-1);
    }

    private Optional<Bytes> portableList(CompileRequest request, Bytes list) {
        return DependencyRule.parse(list.toUtf8(), request.compiler().family() == Family.CLANG)
                .map(rule -> rule.with(relocation::portable))
                .map(rule -> Bytes.of(Json.encode(rule)));
    }

    /** Assembler text, or an object in which nothing is packed. */
    private boolean isReadable(Bytes content) {
        byte[] bytes = content.toByteArray();
        return ElfSections.areReadable(bytes) || isText(bytes);
    }

    private static boolean isText(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return false;
            }
        }
        return true;
    }

    private boolean showsPlace(Bytes content) {
        // One char a byte, so that a search for text is one for bytes.
        String text = new String(content.toByteArray(), StandardCharsets.ISO_8859_1);
        return relocation.places().stream()
                .map(place ->
                        new String(
                                place.getBytes(StandardCharsets.UTF_8),
                                StandardCharsets.ISO_8859_1))
                .anyMatch(text::contains);
    }

    /** Gives stored outputs the names of this place. */
    CompileCache.Reader reader(CompileRequest request) {
        int list = listIndex(request);
        return (index, content) -> index == list ? localList(content) : content;
    }

    private InputStream localList(InputStream stored) throws IOException {
        DependencyRule rule = Json.decode(stored.readAllBytes(), DependencyRule.class);
        return new ByteArrayInputStream(
                rule.with(relocation::local).text().getBytes(StandardCharsets.UTF_8));
    }
}
