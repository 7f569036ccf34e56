package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.client.cache.DiskStore;
import io.cachepot.client.cache.DiskStore.Kind;
import io.cachepot.client.cache.OutputFiles;
import io.cachepot.client.cache.ResultEntry;
import io.cachepot.client.explain.CompileTrace;
import io.cachepot.client.include.DirectoryMemory;
import io.cachepot.client.include.FileMemory;
import io.cachepot.client.include.InputChange;
import io.cachepot.client.include.InputCollector.Collected;
import io.cachepot.client.include.InputVerifier;
import io.cachepot.client.key.CompileKeys;
import io.cachepot.client.key.Manifest;
import io.cachepot.client.stats.Stats;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.wire.Json;
import io.cachepot.protocol.wire.ResultStream;
import io.cachepot.protocol.wire.WireException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Results of compiles by what went into them. Trouble with the disk is counted and logged, and is a
 * miss or a result not kept; it never fails a compile.
 */
final class CompileCache {
    private static final System.Logger LOG = System.getLogger(CompileCache.class.getName());
    private static final int MANIFESTS_MAX = 2_000;
    private static final int MANIFEST_BYTES_MAX = 64 << 20;

    private final DiskStore store;
    private final FileMemory files;
    private final DirectoryMemory directories;
    private final Stats stats;
    private final CacheTrouble trouble;

    /** Decoded manifests, least recently used first. Guarded by itself. */
    private final Map<Digest, Manifest> manifests = new LinkedHashMap<>(16, 0.75f, true);

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

    /**
     * Checks what was stored under {@code direct} against the files as they are now; {@code trace}
     * learns what does not fit.
     */
    Known look(Digest direct, CompileTrace trace) {
        try {
            return look(manifest(direct), trace);
        } catch (IOException | WireException e) {
            stats.cacheError();
            trace.because("result damaged", "what was known of it is damaged: " + e.getMessage());
            LOG.log(WARNING, "manifest not read: key={0} reason={1}", direct, e.getMessage());
            return new Known.Nothing();
        }
    }

    private Known look(Manifest manifest, CompileTrace trace) throws IOException {
        boolean hasIndirect = false;
        for (Manifest.Entry entry : manifest.entries()) {
            if (!entry.isDirect()) {
                hasIndirect = true;
                continue;
            }
            Optional<InputChange> change =
                    new InputVerifier(files, directories).change(entry.inputs());
            if (change.isEmpty()) {
                return new Known.Result(entry.result());
            }
            trace.changed(change.get());
            LOG.log(DEBUG, "result does not fit: {0}", change.get());
        }
        return hasIndirect ? new Known.Indirect() : new Known.Nothing();
    }

    /** A compile's result, its outputs beside their targets. */
    record Hit(Bytes stdout, Bytes stderr, OutputFiles outputs) {}

    /**
     * Opens a result.
     *
     * @param targets where its outputs go
     * @param trace learns of damage
     * @return empty when there is none that is whole
     * @throws IOException when the targets can not be written
     */
    Optional<Hit> open(Digest result, List<Path> targets, int umask, CompileTrace trace)
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
            LOG.log(WARNING, "result not read: key={0} reason={1}", result, e);
            return Optional.empty();
        }
        var outputs = new OutputFiles(umask);
        try (stored) {
            var receiver = new ToTargets(targets, outputs);
            ResultEntry.read(stored, targets.size(), receiver);
            return Optional.of(new Hit(receiver.stdout, receiver.stderr, outputs));
        } catch (WireException e) {
            outputs.close();
            stats.cacheReadError();
            trace.because("result damaged", "the result was damaged: " + e.getMessage());
            LOG.log(WARNING, "damaged result dropped: key={0} reason={1}", result, e.getMessage());
            drop(result);
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            outputs.close();
            throw e;
        }
    }

    private static final class ToTargets implements ResultStream.Receiver {
        private final List<Path> targets;
        private final OutputFiles outputs;
        private Bytes stdout = Bytes.EMPTY;
        private Bytes stderr = Bytes.EMPTY;

        ToTargets(List<Path> targets, OutputFiles outputs) {
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
            outputs.add(targets.get(index), isExecutable, content);
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
    void store(Digest direct, Collected.Complete inputs, Result result, CompileTrace trace) {
        long start = System.nanoTime();
        Digest key = CompileKeys.result(direct, inputs.inputs());
        try {
            store.put(
                    Kind.RESULT,
                    key,
                    out ->
                            ResultEntry.write(
                                    out, result.stdout(), result.stderr(), result.outputs()));
            writeManifest(direct, new Manifest.Entry(inputs.inputs(), inputs.isDirect(), key));
            long elapsedNanos = System.nanoTime() - start;
            stats.cacheWrite(elapsedNanos);
            trace.stored(elapsedNanos);
            LOG.log(DEBUG, "stored: key={0} result={1}", direct, key);
        } catch (IOException e) {
            stats.cacheWriteError();
            trace.notStored("not written to the cache: " + e);
            trouble.failed(e);
        } catch (WireException e) {
            stats.cacheWriteError();
            trace.notStored("too large for the cache: " + e.getMessage());
            LOG.log(WARNING, "result not stored: reason={0}", e.toString());
        }
    }

    /** Notes that a result which is there already also comes of these inputs. */
    void remember(Digest direct, Collected.Complete inputs, Digest key) {
        try {
            writeManifest(direct, new Manifest.Entry(inputs.inputs(), inputs.isDirect(), key));
        } catch (IOException e) {
            stats.cacheWriteError();
            trouble.failed(e);
        } catch (WireException e) {
            stats.cacheWriteError();
            LOG.log(WARNING, "manifest not stored: reason={0}", e.toString());
        }
    }

    private Manifest manifest(Digest direct) throws IOException {
        synchronized (manifests) {
            Manifest remembered = manifests.get(direct);
            if (remembered != null) {
                return remembered;
            }
        }
        Manifest stored = readManifest(direct);
        if (!stored.entries().isEmpty()) {
            remember(direct, stored);
        }
        return stored;
    }

    private void remember(Digest direct, Manifest manifest) {
        synchronized (manifests) {
            manifests.put(direct, manifest);
            if (manifests.size() > MANIFESTS_MAX) {
                manifests.remove(manifests.keySet().iterator().next());
            }
        }
    }

    private Manifest readManifest(Digest direct) throws IOException {
        Optional<InputStream> opened = store.open(Kind.MANIFEST, direct);
        if (opened.isEmpty()) {
            return Manifest.EMPTY;
        }
        byte[] stored;
        try (InputStream in = opened.get()) {
            stored = in.readNBytes(MANIFEST_BYTES_MAX);
        }
        int size = stored.length - Digest.SIZE_BYTES;
        byte[] json = size < 0 ? new byte[0] : Arrays.copyOf(stored, size);
        if (size < 0
                || !Arrays.equals(
                        Arrays.copyOfRange(stored, size, stored.length),
                        Digest.of(json).toByteArray())) {
            store.drop(Kind.MANIFEST, direct);
            throw new WireException("manifest is damaged, dropped");
        }
        return Json.decode(json, Manifest.class);
    }

    private void writeManifest(Digest direct, Manifest.Entry entry) throws IOException {
        Manifest updated;
        try {
            updated = manifest(direct).with(entry);
        } catch (WireException _) {
            updated = Manifest.EMPTY.with(entry);
        }
        byte[] json = Json.encode(updated);
        store.put(
                Kind.MANIFEST,
                direct,
                out -> {
                    out.write(json);
                    out.write(Digest.of(json).toByteArray());
                });
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
