package io.cachepot.protocol.wire;

/** What a part of a stream holds. */
public enum PartType {
    /** JSON; the first part, and only that. */
    HEAD(1),
    /** 32 bytes of digest, then the content that it names. */
    BLOB(2),
    STDOUT(3),
    STDERR(4),
    /** u16 index into the job's outputs, u8 1 if executable else 0, then the content. */
    OUTPUT(5),
    /**
     * Empty; says that the sender lives while it has nothing else to say. May stand before any
     * part, and is skipped.
     */
    HEARTBEAT(6);

    private final int code;

    PartType(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static PartType of(int code) {
        for (PartType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new WireException("part has type " + code + ", expected 0 to " + values().length);
    }
}
