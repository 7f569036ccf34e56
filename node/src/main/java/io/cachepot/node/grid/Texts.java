package io.cachepot.node.grid;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Strings on the grid: none is absent, and a list has a bound. */
final class Texts {
    private static final int COUNT_MAX = 100_000;

    private Texts() {}

    static void write(ObjectDataOutput out, Collection<String> texts) throws IOException {
        out.writeInt(texts.size());
        for (String text : texts) {
            out.writeString(text);
        }
    }

    static List<String> readList(ObjectDataInput in) throws IOException {
        int count = count(in, "texts");
        var texts = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            texts.add(read(in));
        }
        return texts;
    }

    /**
     * How long a list is.
     *
     * @param what it lists, for the message
     */
    static int count(ObjectDataInput in, String what) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > COUNT_MAX) {
            throw new IOException(
                    "list has " + count + " " + what + ", expected at most " + COUNT_MAX);
        }
        return count;
    }

    static String read(ObjectDataInput in) throws IOException {
        String text = in.readString();
        if (text == null) {
            throw new IOException("text is absent");
        }
        return text;
    }
}
