package io.cachepot.client.elf;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an ELF file says of what it needs to run (System V ABI, "Program Loading and Dynamic
 * Linking"). Reading it is safe where running {@code ldd} is not: ldd may execute the program.
 *
 * @param interpreter the dynamic loader, empty for a static program or a library
 * @param needed names of shared libraries, in order
 * @param searchPaths RUNPATH, or RPATH where there is none, unexpanded
 * @param machine and class, so that a 32-bit library is never taken for a 64-bit program
 */
public record ElfFile(
        Optional<String> interpreter,
        List<String> needed,
        List<String> searchPaths,
        int machine,
        boolean is64Bit) {
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final int PT_INTERP = 3;
    private static final long DT_NEEDED = 1;
    private static final long DT_STRTAB = 5;
    private static final long DT_RPATH = 15;
    private static final long DT_RUNPATH = 29;
    private static final int SEGMENTS_MAX = 1_000;
    private static final int DYNAMIC_BYTES_MAX = 1 << 20;
    private static final int STRING_BYTES_MAX = 4096;

    public ElfFile {
        needed = List.copyOf(needed);
        searchPaths = List.copyOf(searchPaths);
    }

    /** Whether {@code file} begins as such a file does. */
    public static boolean isElf(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            byte[] magic = in.readNBytes(4);
            return magic.length == 4
                    && magic[0] == 0x7f
                    && magic[1] == 'E'
                    && magic[2] == 'L'
                    && magic[3] == 'F';
        }
    }

    /**
     * Reads {@code file}.
     *
     * @return empty when it is not an ELF file that can be read
     */
    public static Optional<ElfFile> read(Path file) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new Reader(channel).read();
        } catch (MalformedElfException _) {
            return Optional.empty();
        }
    }

    private static final class MalformedElfException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    private record Segment(int type, long offset, long address, long size) {}

    private static final class Reader {
        private final FileChannel channel;
        private boolean is64Bit;
        private ByteOrder order = ByteOrder.LITTLE_ENDIAN;

        Reader(FileChannel channel) {
            this.channel = channel;
        }

        Optional<ElfFile> read() throws IOException {
            if (channel.size() < 64) {
                return Optional.empty();
            }
            ByteBuffer header = at(0, 64);
            if (header.getInt(0) != (order == ByteOrder.LITTLE_ENDIAN ? 0x464c457f : 0x7f454c46)) {
                return Optional.empty();
            }
            is64Bit = header.get(4) == 2;
            order = header.get(5) == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            header.order(order);
            int machine = header.getShort(18) & 0xffff;
            List<Segment> segments = segments(header);
            Optional<String> interpreter = Optional.empty();
            var needed = new ArrayList<String>();
            var searchPaths = new ArrayList<String>();
            for (Segment segment : segments) {
                if (segment.type() == PT_INTERP) {
                    interpreter = Optional.of(string(segment.offset()));
                } else if (segment.type() == PT_DYNAMIC) {
                    dynamic(segment, segments, needed, searchPaths);
                }
            }
            return Optional.of(new ElfFile(interpreter, needed, searchPaths, machine, is64Bit));
        }

        private List<Segment> segments(ByteBuffer header) throws IOException {
            long offset = is64Bit ? header.getLong(32) : header.getInt(28) & 0xffffffffL;
            int entrySize = header.getShort(is64Bit ? 54 : 42) & 0xffff;
            int count = header.getShort(is64Bit ? 56 : 44) & 0xffff;
            if (count > SEGMENTS_MAX || (count > 0 && entrySize < (is64Bit ? 56 : 32))) {
                throw new MalformedElfException();
            }
            var segments = new ArrayList<Segment>();
            for (int i = 0; i < count; i++) {
                ByteBuffer entry = at(offset + (long) i * entrySize, entrySize);
                segments.add(
                        is64Bit
                                ? new Segment(
                                        entry.getInt(0),
                                        entry.getLong(8),
                                        entry.getLong(16),
                                        entry.getLong(32))
                                : new Segment(
                                        entry.getInt(0),
                                        word(entry, 4),
                                        word(entry, 8),
                                        word(entry, 16)));
            }
            return segments;
        }

        private static long word(ByteBuffer buffer, int at) {
            return buffer.getInt(at) & 0xffffffffL;
        }

        private void dynamic(
                Segment dynamic,
                List<Segment> segments,
                List<String> needed,
                List<String> searchPaths)
                throws IOException {
            if (dynamic.size() > DYNAMIC_BYTES_MAX) {
                throw new MalformedElfException();
            }
            ByteBuffer table = at(dynamic.offset(), (int) dynamic.size());
            int step = is64Bit ? 16 : 8;
            var names = new ArrayList<Long>();
            long strings = 0;
            Long rpath = null;
            Long runpath = null;
            for (int i = 0; i + step <= table.capacity(); i += step) {
                long tag = is64Bit ? table.getLong(i) : table.getInt(i);
                long value = is64Bit ? table.getLong(i + 8) : word(table, i + 4);
                if (tag == DT_NEEDED) {
                    names.add(value);
                } else if (tag == DT_STRTAB) {
                    strings = fileOffset(value, segments);
                } else if (tag == DT_RPATH) {
                    rpath = value;
                } else if (tag == DT_RUNPATH) {
                    runpath = value;
                } else if (tag == 0) {
                    break;
                }
            }
            for (long name : names) {
                needed.add(string(strings + name));
            }
            Long path = runpath == null ? rpath : runpath;
            if (path != null) {
                searchPaths.addAll(List.of(string(strings + path).split(":", -1)));
            }
        }

        private static long fileOffset(long address, List<Segment> segments) throws IOException {
            for (Segment segment : segments) {
                boolean isInside =
                        address >= segment.address()
                                && address < segment.address() + segment.size();
                if (segment.type() == PT_LOAD && isInside) {
                    return address - segment.address() + segment.offset();
                }
            }
            throw new MalformedElfException();
        }

        private String string(long offset) throws IOException {
            long left = channel.size() - offset;
            ByteBuffer bytes = at(offset, (int) Math.min(STRING_BYTES_MAX, Math.max(0, left)));
            int end = 0;
            while (end < bytes.capacity() && bytes.get(end) != 0) {
                end++;
            }
            if (end == bytes.capacity()) {
                throw new MalformedElfException();
            }
            return StandardCharsets.UTF_8.decode(bytes.slice(0, end)).toString();
        }

        private ByteBuffer at(long offset, int size) throws IOException {
            if (offset < 0 || offset + size > channel.size()) {
                throw new MalformedElfException();
            }
            ByteBuffer buffer = ByteBuffer.allocate(size).order(order);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, offset + buffer.position()) < 0) {
                    throw new MalformedElfException();
                }
            }
            return buffer.flip();
        }
    }
}
