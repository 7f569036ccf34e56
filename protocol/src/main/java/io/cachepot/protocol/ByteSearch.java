package io.cachepot.protocol;

import java.util.Arrays;

/** Looks for some bytes among many. */
public final class ByteSearch {
    private ByteSearch() {}

    /** Whether {@code part}, which is not empty, is somewhere in {@code content}. */
    public static boolean contains(byte[] content, byte[] part) {
        return find(content, part, 0) >= 0;
    }

    /** Where {@code part} begins first in {@code content}, at or after {@code from}; else -1. */
    public static int find(byte[] content, byte[] part, int from) {
        int last = content.length - part.length;
        byte first = part[0];
        for (int i = from; i <= last; i++) {
            if (content[i] == first
                    && Arrays.equals(content, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        return -1;
    }
}
