package io.cachepot.sandbox.archive;

/** An archive is damaged, too large, or would do harm; the message names the entry if it is one. */
public final class ArchiveException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ArchiveException(String message) {
        super(message);
    }

    ArchiveException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Refuses the entry {@code name}. */
    static ArchiveException entry(String name, String what) {
        String shown = name.length() <= 200 ? name : name.substring(0, 200) + "...";
        return new ArchiveException("archive entry '" + shown + "' " + what);
    }
}
