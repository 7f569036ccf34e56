package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.client.cache.DamagedEntryException;
import io.cachepot.client.cache.DiskStore;
import io.cachepot.client.cache.DiskStore.Kind;
import io.cachepot.client.cache.ManifestEntry;
import io.cachepot.client.cache.OutputFiles;
import io.cachepot.client.cache.ResultEntry;
import io.cachepot.client.cache.Target;
import io.cachepot.client.explain.CompileTrace;
import io.cachepot.client.include.DirectoryMemory;
import io.cachepot.client.include.FileMemory;
import io.cachepot.client.include.InputChange;
import io.cachepot.client.include.InputCollector.Collected;
import io.cachepot.client.include.InputVerifier;
import io.cachepot.client.include.Inputs;
import io.cachepot.client.key.CompileKeys;
import io.cachepot.client.key.Manifest;
import io.cachepot.client.stats.Stats;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.wire.ResultStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Results of compiles by what went into them. Trouble with the disk is counted and logged, and is a
 * miss or a result not kept; it never fails a compile.
 */
final class CompileCache {
    private static final System.Logger LOG = System.getLogger(CompileCache.class.getName());
    private static final int MANIFESTS_MAX = 2_000;

    /** How often a manifest that is remembered counts as used on disk. */
    private static final long USE_NOTED_NANOS = Duration.ofMinutes(5).toNanos();

    private final DiskStore store;
    private final FileMemory files;
    private final DirectoryMemory directories;
    private final Stats stats;
    private final CacheTrouble trouble;

    /** Decoded manifests, least recently used first. Guarded by itself. */
    private final Map<Digest, Remembered> manifests = new LinkedHashMap<>(16, 0.75f, true);

    /** A manifest, and when its use was noted on disk last. */
    private record Remembered(Manifest manifest, long usedAtNanos) {
        static final Remembered NOTHING = new Remembered(Manifest.EMPTY, 0);
    }

    CompileCache(
            DiskStore store,
            FileMemory files,
            DirectoryMemory directories,
            Stats stats,
            CacheTrouble trouble) {
        this.store = store;
        this.files = files;
        this.directories = directories;
        this.stats = stats;
        this.trouble = trouble;
    }

    /** What is known under a direct key. */
    sealed interface Known {
        /** Every input is as it was when this result was made. */
        record Result(Digest key) implements Known {}

        /** Some input is computed by a macro: the list of inputs must be made first. */
        record Indirect() implements Known {}

        record Nothing() implements Known {}
    }

    /** What {@code direct} leads to here. */
    Known look(Digest direct, Map<String, String> environment, CompileTrace trace) {
        return look(direct, UnaryOperator.identity(), environment, trace);
    }

    /**
     * Checks what was stored under {@code direct} against the files as they are now.
     *
     * @param names what the stored inputs are called here
     * @param environment of the build
     * @param trace learns what does not fit
     */
    Known look(
            Digest direct,
            UnaryOperator<Inputs> names,
            Map<String, String> environment,
            CompileTrace trace) {
        var verifier = new InputVerifier(files, directories, environment);
        Manifest remembered = remembered(direct);
        try {
            Known known = look(direct, remembered, names, verifier, trace);
            if (known instanceof Known.Result) {
                return known;
            }
            // Another coordinator on the same directory may know more by now.
            Manifest stored = readManifest(direct);
            return stored.equals(remembered)
                    ? known
                    : look(direct, merged(stored, remembered), names, verifier, trace);
        } catch (IOException e) {
            stats.cacheError();
            trace.because("result damaged", "what was known of it is damaged: " + e.getMessage());
            unread("manifest", direct, e);
            return new Known.Nothing();
        }
    }

    private void unread(String what, Digest key, IOException e) {
        if (e instanceof DamagedEntryException) {
            LOG.log(WARNING, "damaged {0} dropped: key={1} reason={2}", what, key, e.getMessage());
        } else {
            trouble.failed(e);
        }
    }

    private Known look(
            Digest direct,
            Manifest manifest,
            UnaryOperator<Inputs> names,
            InputVerifier verifier,
            CompileTrace trace)
            throws IOException {
        boolean hasIndirect = false;
        for (int i = 0; i < manifest.entries().size(); i++) {
            Manifest.Entry entry = manifest.entries().get(i);
            if (!entry.isDirect()) {
                hasIndirect = true;
                continue;
            }
            Optional<InputChange> change = verifier.change(names.apply(entry.inputs()));
            if (change.isEmpty()) {
                remember(direct, i == 0 ? manifest : manifest.with(entry));
                return new Known.Result(entry.result());
            }
            trace.changed(change.get());
            LOG.log(DEBUG, "result does not fit: {0}", change.get());
        }
        return hasIndirect ? new Known.Indirect() : new Known.Nothing();
    }

    /** Turns what is stored into what a compile writes. */
    @FunctionalInterface
    interface Reader {
        /** As it is. */
        Reader PLAIN = (_, content) -> content;

        /**
         * Reads output {@code index}.
         *
         * @throws WireException when it is damaged
         */
        InputStream read(int index, InputStream content) throws IOException;
    }

    /** What a compile says whose outputs are in place. */
    record Hit(Bytes stdout, Bytes stderr) {}

    /**
     * Puts a result's outputs where they belong.
     *
     * @param targets where its outputs go
     * @param reader what to make of each stored output
     * @param trace learns why that was not done
     * @return empty when there is none that is whole, or the targets can not be written: the
     *     compiler shall say why
     */
    Optional<Hit> place(
            Digest result, List<Target> targets, int umask, Reader reader, CompileTrace trace) {
        Optional<Opened> opened;
        try {
            opened = open(result, targets, umask, reader, trace);
        } catch (IOException e) {
            trace.because("outputs not written", "outputs not written: " + e);
            LOG.log(DEBUG, "outputs not written, the compiler shall say why: {0}", e.toString());
            return Optional.empty();
        }
        if (opened.isEmpty()) {
            return Optional.empty();
        }
        try (var outputs = opened.get().outputs()) {
            outputs.commit();
        } catch (IOException e) {
            trace.because("outputs not written", "outputs not placed: " + e);
            LOG.log(DEBUG, "outputs not placed, the compiler shall say why: {0}", e.toString());
            return Optional.empty();
        }
        return Optional.of(opened.get().hit());
    }

    /** A result, its outputs beside their targets. */
    private record Opened(Hit hit, OutputFiles outputs) {}

    /**
     * Opens a result.
     *
     * @param targets where its outputs go
     * @param reader what to make of each stored output
     * @param trace learns of damage
     * @return empty when there is none that is whole
     * @throws IOException when the targets can not be written
     */
    private Optional<Opened> open(
            Digest result, List<Target> targets, int umask, Reader reader, CompileTrace trace)
            throws IOException {
        InputStream stored;
        try {
            Optional<InputStream> opened = store.open(Kind.RESULT, result);
            if (opened.isEmpty()) {
                return Optional.empty();
            }
            stored = opened.get();
        } catch (IOException e) {
            stats.cacheReadError();
            trace.because("result damaged", "the result could not be read: " + e);
            unread("result", result, e);
            return Optional.empty();
        }
        var outputs = new OutputFiles(umask);
        try (stored) {
            var receiver = new ToTargets(targets, outputs, reader);
            ResultEntry.read(stored, targets.size(), receiver);
            return Optional.of(new Opened(new Hit(receiver.stdout, receiver.stderr), outputs));
        } catch (DamagedEntryException e) {
            outputs.close();
            stats.cacheReadError();
            trace.because("result damaged", "the result was damaged: " + e.getMessage());
            unread("result", result, e);
            drop(result);
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            outputs.close();
            throw e;
        }
    }

    private static final class ToTargets implements ResultStream.Receiver {
        private final List<Target> targets;
        private final OutputFiles outputs;
        private final Reader reader;
        private Bytes stdout = Bytes.EMPTY;
        private Bytes stderr = Bytes.EMPTY;

        ToTargets(List<Target> targets, OutputFiles outputs, Reader reader) {
            this.reader = reader;
            this.targets = targets;
            this.outputs = outputs;
        }

        @Override
        public void stdio(Bytes out, Bytes err) {
            stdout = out;
            stderr = err;
        }

        @Override
        public void output(int index, boolean isExecutable, long sizeBytes, InputStream content)
                throws IOException {
            outputs.add(targets.get(index), isExecutable, reader.read(index, content));
        }
    }

    private void drop(Digest result) {
        try {
            store.drop(Kind.RESULT, result);
        } catch (IOException e) {
            LOG.log(WARNING, "damaged result not dropped: key={0} reason={1}", result, e);
        }
    }

    /** What a compile that succeeded left. */
    record Result(Bytes stdout, Bytes stderr, List<ResultEntry.Output> outputs) {
        Result {
            outputs = List.copyOf(outputs);
        }
    }

    /** Stores a result and what it depends on. */
    void store(Digest direct, Inputs inputs, boolean isDirect, Result result, CompileTrace trace) {
        long start = System.nanoTime();
        Digest key = CompileKeys.result(direct, inputs);
        try {
            store.put(
                    Kind.RESULT,
                    key,
                    out ->
                            ResultEntry.write(
                                    out, result.stdout(), result.stderr(), result.outputs()));
            writeManifest(direct, new Manifest.Entry(inputs, isDirect, key));
            long elapsedNanos = System.nanoTime() - start;
            stats.cacheWrite(elapsedNanos);
            trace.stored(elapsedNanos);
            LOG.log(DEBUG, "stored: key={0} result={1}", direct, key);
        } catch (IOException e) {
            stats.cacheWriteError();
            trace.notStored("not written to the cache: " + e);
            trouble.failed(e);
        }
    }

    /** Notes that a result which is there already also comes of these inputs. */
    void remember(Digest direct, Collected.Complete inputs, Digest key) {
        try {
            writeManifest(direct, new Manifest.Entry(inputs.inputs(), inputs.isDirect(), key));
        } catch (IOException e) {
            stats.cacheWriteError();
            trouble.failed(e);
        }
    }

    private Manifest remembered(Digest direct) {
        synchronized (manifests) {
            return manifests.getOrDefault(direct, Remembered.NOTHING).manifest();
        }
    }

    /** With the entry that fitted last in front; notes from time to time that it is of use. */
    private void remember(Digest direct, Manifest manifest) {
        long now = System.nanoTime();
        boolean isUseDue;
        synchronized (manifests) {
            Remembered old = manifests.get(direct);
            isUseDue = old != null && now - old.usedAtNanos() >= USE_NOTED_NANOS;
            long usedAt = old == null || isUseDue ? now : old.usedAtNanos();
            manifests.put(direct, new Remembered(manifest, usedAt));
            if (manifests.size() > MANIFESTS_MAX) {
                manifests.remove(manifests.keySet().iterator().next());
            }
        }
        if (isUseDue) {
            store.touch(Kind.MANIFEST, direct);
        }
    }

    /** What another coordinator stored meanwhile goes behind what was of use here. */
    private static Manifest merged(Manifest stored, Manifest remembered) {
        Manifest merged = stored;
        for (Manifest.Entry entry : remembered.entries().reversed()) {
            merged = merged.with(entry);
        }
        return merged;
    }

    private Manifest readManifest(Digest direct) throws IOException {
        Optional<InputStream> opened = store.open(Kind.MANIFEST, direct);
        if (opened.isEmpty()) {
            return Manifest.EMPTY;
        }
        try (InputStream in = opened.get()) {
            return ManifestEntry.read(in);
        }
    }

    private void writeManifest(Digest direct, Manifest.Entry entry) throws IOException {
        Manifest stored = Manifest.EMPTY;
        try {
            stored = readManifest(direct);
        } catch (IOException e) {
            LOG.log(DEBUG, "manifest begun anew: key={0} reason={1}", direct, e.toString());
        }
        Manifest updated = merged(stored, remembered(direct)).with(entry);
        store.put(Kind.MANIFEST, direct, out -> ManifestEntry.write(out, updated));
        remember(direct, updated);
    }

    /** Removes everything. */
    void clear() throws IOException {
        synchronized (manifests) {
            manifests.clear();
        }
        store.clear();
    }
}
