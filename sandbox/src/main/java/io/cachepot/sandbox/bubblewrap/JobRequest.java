package io.cachepot.sandbox.bubblewrap;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cachepot.sandbox.SandboxSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a sandbox host is asked. Its layout is in {@code helper/host.c}.
 *
 * @param header names what the host sees itself
 * @param sent files whose contents follow it, since the host does not see them
 */
record JobRequest(ByteBuffer header, List<Path> sent) {
    private static final int MAGIC = 0x314a5043;

    /** Of each job's memory for files; more are told apart from too large ones only by the job. */
    private static final long INODES_MAX = 200_000;

    /** An output, and as much again for what lies beside it. */
    private static final long SCRATCH_FACTOR = 2;

    /**
     * A request for what {@code plan} plans.
     *
     * @param toolchain where it is unpacked, without links
     * @param contents whose files the host sees, without links
     * @return empty when an overlay of the toolchain can not look like that: a part of it would
     *     have to be seen elsewhere
     */
    static Optional<JobRequest> of(
            SandboxSpec spec,
            RootPlan plan,
            Path toolchain,
            Optional<Path> contents,
            JobBounds bounds)
            throws IOException {
        for (RootPlan.Mount mount : plan.mounts()) {
            if (!mount.source().equals(toolchain.resolve(mount.path()))) {
                return Optional.empty();
            }
        }
        var writer = new Writer();
        writer.u64(spec.limits().wallTime().toMillis());
        writer.u64(spec.limits().stdioBytesMax());
        writer.u64(spec.limits().outputBytesMax());
        writer.u64(SCRATCH_FACTOR * spec.limits().outputBytesMax());
        writer.u64(INODES_MAX);
        writer.u64(bounds.dataBytesMax());
        writer.u32(Launcher.PROCESSES_SHARE * spec.limits().processesMax());
        writer.text(spec.executable());
        writer.text(spec.cwd());
        writer.texts(spec.arguments());
        writer.texts(environment(spec.environment()));
        writer.texts(
                bounds.joins(BubblewrapArguments.GROUPS).stream().map(Path::toString).toList());
        writer.texts(
                plan.outputs().stream()
                        .map(output -> "/" + InsidePath.join(output.directory(), output.name()))
                        .toList());
        return Optional.of(withEntries(writer, plan, toolchain, contents));
    }

    private static List<String> environment(Map<String, String> variables) {
        return new TreeMap<>(variables)
                .entrySet().stream().map(each -> each.getKey() + "=" + each.getValue()).toList();
    }

    private static JobRequest withEntries(
            Writer writer, RootPlan plan, Path toolchain, Optional<Path> contents)
            throws IOException {
        var sent = new ArrayList<Path>();
        List<RootPlan.Entry> entries =
                plan.entries().stream().filter(entry -> !isThere(entry, toolchain)).toList();
        writer.u32(entries.size());
        for (RootPlan.Entry entry : entries) {
            switch (entry) {
                case RootPlan.Entry.Directory(var path) -> writer.entry('d', path);
                case RootPlan.Entry.Link(var path, var target) -> {
                    writer.entry('l', path);
                    writer.text(target);
                }
                case RootPlan.Entry.File file when isSeen(file, contents) -> {
                    writer.entry(kindOfSeen(file), file.path());
                    writer.text(contents.orElseThrow().relativize(file.source()).toString());
                }
                case RootPlan.Entry.File file -> {
                    writer.entry(file.executable() ? 'x' : 'f', file.path());
                    writer.u64(Files.size(file.source()));
                    sent.add(file.source());
                }
                case RootPlan.Entry.MountDirectory _, RootPlan.Entry.MountFile _ ->
                        throw new IllegalStateException("the overlay has it: " + entry);
            }
        }
        return new JobRequest(writer.framed(), sent);
    }

    private static boolean isSeen(RootPlan.Entry.File file, Optional<Path> contents) {
        return contents.isPresent() && file.source().startsWith(contents.get());
    }

    /** What the job may replace is a copy: nothing takes the place of what is mounted. */
    private static char kindOfSeen(RootPlan.Entry.File file) {
        if (file.executable()) {
            return 'p';
        }
        return file.isOutput() ? 'c' : 's';
    }

    /** Whether the toolchain itself, which lies under everything, has it already. */
    private static boolean isThere(RootPlan.Entry entry, Path toolchain) {
        return switch (entry) {
            case RootPlan.Entry.MountDirectory _, RootPlan.Entry.MountFile _ -> true;
            case RootPlan.Entry.File(var path, var source, _, _) ->
                    source.equals(toolchain.resolve(path));
            case RootPlan.Entry.Directory(var path) -> path.isEmpty();
            case RootPlan.Entry.Link _ -> false;
        };
    }

    private static final class Writer {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final ByteBuffer number = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());

        void u32(int value) {
            bytes.write(number.clear().putInt(value).array(), 0, Integer.BYTES);
        }

        void u64(long value) {
            bytes.write(number.clear().putLong(value).array(), 0, Long.BYTES);
        }

        void text(String text) {
            byte[] encoded = text.getBytes(UTF_8);
            u32(encoded.length);
            bytes.writeBytes(encoded);
            bytes.write(0);
        }

        void texts(List<String> texts) {
            u32(texts.size());
            texts.forEach(this::text);
        }

        void entry(char kind, String path) {
            bytes.write(kind);
            text("/" + path);
        }

        ByteBuffer framed() {
            return ByteBuffer.allocate(2 * Integer.BYTES + bytes.size())
                    .order(ByteOrder.nativeOrder())
                    .putInt(MAGIC)
                    .putInt(bytes.size())
                    .put(bytes.toByteArray())
                    .flip();
        }
    }
}
