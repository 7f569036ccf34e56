package io.cachepot.client.cache;

import io.cachepot.client.include.Inputs;
import io.cachepot.client.include.Inputs.Absence;
import io.cachepot.client.include.Inputs.InputFile;
import io.cachepot.client.include.Inputs.Variable;
import io.cachepot.client.key.Manifest;
import io.cachepot.protocol.Digest;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A manifest as it is stored. Its entries name almost the same files, so each name and each file
 * with its digest is there once, and a name shares its beginning with the one before it.
 *
 * <pre>
 * manifest := "CPM3" | list of name | list of file | list of entry
 * name     := n bytes shared with the name before | list of byte               UTF-8
 * file     := n number of its name | SHA-256 | u8 0, or u8 1 | i64 modification time in nanoseconds
 * entry    := u8 1 if direct | SHA-256 key of the result | list of n file | list of absence | list of n name
 *             | list of n name of a directory without precompiled headers | list of variable
 * absence  := n directory's name | list of n name
 * variable := n name | u8 0 if it was not set, or u8 1 | n value's name
 * list     := n count | that many                 n is an unsigned LEB128 of at most five bytes
 * </pre>
 */
public final class ManifestEntry {
    private static final byte[] MAGIC = {'C', 'P', 'M', '3'};

    /** Longest manifest on disk, and most bytes of all names in it together. */
    private static final int BYTES_MAX = 32 << 20;

    private static final int ENTRIES_MAX = 64;

    private ManifestEntry() {}

    /** Writes {@code manifest}. */
    public static void write(OutputStream target, Manifest manifest) throws IOException {
        var names = new Numbers<String>();
        var files = new Numbers<InputFile>();
        for (Manifest.Entry entry : manifest.entries()) {
            number(entry.inputs(), names, files);
        }
        var out = new Writer(target);
        out.bytes(MAGIC);
        out.names(names.inOrder());
        out.number(files.inOrder().size());
        for (InputFile file : files.inOrder()) {
            out.number(names.of(file.path()));
            out.digest(file.digest());
            out.time(file.modifiedNanos());
        }
        out.number(manifest.entries().size());
        for (Manifest.Entry entry : manifest.entries()) {
            out.entry(entry, names, files);
        }
    }

    private static void number(Inputs inputs, Numbers<String> names, Numbers<InputFile> files) {
        for (InputFile file : inputs.files()) {
            names.add(file.path());
            files.add(file);
        }
        for (Absence absence : inputs.absences()) {
            names.add(absence.directory());
            absence.names().forEach(names::add);
        }
        inputs.present().forEach(names::add);
        inputs.withoutPrecompiled().forEach(names::add);
        for (Variable variable : inputs.variables()) {
            names.add(variable.name());
            variable.value().ifPresent(names::add);
        }
    }

    private static final class Numbers<T> {
        private final Map<T, Integer> numbers = new LinkedHashMap<>();

        void add(T value) {
            numbers.putIfAbsent(value, numbers.size());
        }

        int of(T value) {
            return numbers.getOrDefault(value, -1);
        }

        List<T> inOrder() {
            return List.copyOf(numbers.keySet());
        }
    }

    private static final class Writer {
        private final DataOutputStream out;

        Writer(OutputStream target) {
            out = new DataOutputStream(target);
        }

        void bytes(byte[] bytes) throws IOException {
            out.write(bytes);
        }

        void digest(Digest digest) throws IOException {
            out.write(digest.toByteArray());
        }

        void time(long nanos) throws IOException {
            out.writeByte(nanos == 0 ? 0 : 1);
            if (nanos != 0) {
                out.writeLong(nanos);
            }
        }

        void number(int number) throws IOException {
            int left = number;
            while ((left & ~0x7f) != 0) {
                out.writeByte((left & 0x7f) | 0x80);
                left >>>= 7;
            }
            out.writeByte(left);
        }

        void names(List<String> names) throws IOException {
            number(names.size());
            byte[] before = new byte[0];
            for (String name : names) {
                byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
                int shared = Arrays.mismatch(before, bytes);
                int prefix = shared < 0 ? bytes.length : shared;
                number(prefix);
                number(bytes.length - prefix);
                out.write(bytes, prefix, bytes.length - prefix);
                before = bytes;
            }
        }

        void entry(Manifest.Entry entry, Numbers<String> names, Numbers<InputFile> files)
                throws IOException {
            out.writeByte(entry.isDirect() ? 1 : 0);
            digest(entry.result());
            Inputs inputs = entry.inputs();
            number(inputs.files().size());
            for (InputFile file : inputs.files()) {
                number(files.of(file));
            }
            number(inputs.absences().size());
            for (Absence absence : inputs.absences()) {
                number(names.of(absence.directory()));
                numbers(absence.names(), names);
            }
            numbers(inputs.present(), names);
            numbers(inputs.withoutPrecompiled(), names);
            number(inputs.variables().size());
            for (Variable variable : inputs.variables()) {
                number(names.of(variable.name()));
                out.writeByte(variable.value().isPresent() ? 1 : 0);
                if (variable.value().isPresent()) {
                    number(names.of(variable.value().get()));
                }
            }
        }

        private void numbers(List<String> some, Numbers<String> names) throws IOException {
            number(some.size());
            for (String name : some) {
                number(names.of(name));
            }
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws DamagedEntryException when it is something else
     */
    public static Manifest read(InputStream source) throws IOException {
        byte[] bytes = source.readNBytes(BYTES_MAX);
        var reader = new Reader(ByteBuffer.wrap(bytes));
        try {
            return reader.manifest();
        } catch (BufferUnderflowException _) {
            throw new DamagedEntryException("manifest ends early");
        }
    }

    private static final class Reader {
        private final ByteBuffer in;

        Reader(ByteBuffer in) {
            this.in = in;
        }

        Manifest manifest() throws IOException {
            byte[] magic = new byte[MAGIC.length];
            in.get(magic);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new DamagedEntryException("manifest does not begin with CPM3");
            }
            List<String> names = names();
            int fileCount = count();
            var files = new ArrayList<InputFile>(fileCount);
            for (int i = 0; i < fileCount; i++) {
                String path = one(names);
                files.add(new InputFile(path, digest(), time()));
            }
            int entryCount = count();
            if (entryCount > ENTRIES_MAX) {
                throw new DamagedEntryException("manifest has " + entryCount + " entries");
            }
            var entries = new ArrayList<Manifest.Entry>(entryCount);
            for (int i = 0; i < entryCount; i++) {
                entries.add(entry(names, files));
            }
            if (in.hasRemaining()) {
                throw new DamagedEntryException("manifest has bytes after its end");
            }
            return new Manifest(entries);
        }

        private List<String> names() throws IOException {
            int count = count();
            var names = new ArrayList<String>(count);
            byte[] name = new byte[0];
            long all = 0;
            for (int i = 0; i < count; i++) {
                int prefix = number();
                int rest = count();
                all += (long) prefix + rest;
                if (prefix > name.length || all > BYTES_MAX) {
                    throw new DamagedEntryException("manifest has a name that is none");
                }
                name = Arrays.copyOf(name, prefix + rest);
                in.get(name, prefix, rest);
                names.add(new String(name, StandardCharsets.UTF_8));
            }
            return names;
        }

        private Manifest.Entry entry(List<String> names, List<InputFile> files) throws IOException {
            boolean isDirect = in.get() != 0;
            Digest result = digest();
            List<InputFile> read = some(files);
            int count = count();
            var absences = new ArrayList<Absence>(count);
            for (int i = 0; i < count; i++) {
                String directory = one(names);
                absences.add(new Absence(directory, some(names)));
            }
            List<String> present = some(names);
            List<String> withoutPrecompiled = some(names);
            List<Variable> variables = variables(names);
            return new Manifest.Entry(
                    new Inputs(read, absences, present, withoutPrecompiled, variables),
                    isDirect,
                    result);
        }

        private List<Variable> variables(List<String> names) throws IOException {
            int count = count();
            var variables = new ArrayList<Variable>(count);
            for (int i = 0; i < count; i++) {
                String name = one(names);
                variables.add(
                        new Variable(
                                name,
                                switch (in.get()) {
                                    case 0 -> Optional.empty();
                                    case 1 -> Optional.of(one(names));
                                    default ->
                                            throw new DamagedEntryException(
                                                    "manifest has a variable that is none");
                                }));
            }
            return variables;
        }

        private <T> T one(List<T> all) throws IOException {
            int number = number();
            if (number >= all.size()) {
                throw new DamagedEntryException("manifest has a number that names nothing");
            }
            return all.get(number);
        }

        private <T> List<T> some(List<T> all) throws IOException {
            int count = count();
            var some = new ArrayList<T>(count);
            for (int i = 0; i < count; i++) {
                some.add(one(all));
            }
            return some;
        }

        private long time() throws IOException {
            return switch (in.get()) {
                case 0 -> 0;
                case 1 -> in.getLong();
                default -> throw new DamagedEntryException("manifest has a time that is none");
            };
        }

        private Digest digest() {
            byte[] bytes = new byte[Digest.SIZE_BYTES];
            in.get(bytes);
            return Digest.fromBytes(bytes);
        }

        /** A number of things of which each takes a byte at least. */
        private int count() throws IOException {
            int count = number();
            if (count > in.remaining()) {
                throw new DamagedEntryException("manifest ends early");
            }
            return count;
        }

        private int number() throws IOException {
            long number = 0;
            for (int shift = 0; shift < 5 * 7; shift += 7) {
                byte next = in.get();
                number |= (long) (next & 0x7f) << shift;
                if (next >= 0) {
                    if (number > Integer.MAX_VALUE) {
                        break;
                    }
                    return (int) number;
                }
            }
            throw new DamagedEntryException("manifest has a number that is too large");
        }
    }
}
