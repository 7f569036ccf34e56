package io.cachepot.client.elf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What an object file says of its sections (System V ABI, "Sections"). */
public final class ElfSections {
    private static final long SHF_COMPRESSED = 1 << 11;
    private static final int HEADER_BYTES = 64;

    private ElfSections() {}

    /**
     * Whether what is in {@code object} can be read as it is: an ELF file none of whose sections is
     * compressed.
     */
    public static boolean areReadable(byte[] object) {
        if (object.length < HEADER_BYTES
                || object[0] != 0x7f
                || object[1] != 'E'
                || object[2] != 'L'
                || object[3] != 'F') {
            return false;
        }
        boolean is64Bit = object[4] == 2;
        ByteBuffer elf =
                ByteBuffer.wrap(object)
                        .order(object[5] == 2 ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        long offset = is64Bit ? elf.getLong(40) : elf.getInt(32) & 0xffffffffL;
        int size = elf.getShort(is64Bit ? 58 : 46) & 0xffff;
        int count = elf.getShort(is64Bit ? 60 : 48) & 0xffff;
        if (offset < 0 || count == 0 || size < 16 || offset + (long) count * size > object.length) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            int at = (int) offset + i * size;
            long flags = is64Bit ? elf.getLong(at + 8) : elf.getInt(at + 8);
            if ((flags & SHF_COMPRESSED) != 0) {
                return false;
            }
        }
        return true;
    }
}
