package io.cachepot.sandbox.seccomp;

import java.util.Optional;

/** Kinds of machine whose system calls are known, with those of which the arguments decide. */
enum Machine {
    X86_64(0xC000003E, 41, 56, 16),
    AARCH64(0xC00000B7, 198, 220, 29);

    /** As the kernel names it in {@code seccomp_data.arch} (linux/audit.h). */
    final int auditArch;

    final int socket;
    final int clone;
    final int ioctl;

    Machine(int auditArch, int socket, int clone, int ioctl) {
        this.auditArch = auditArch;
        this.socket = socket;
        this.clone = clone;
        this.ioctl = ioctl;
    }

    /**
     * By the name that Java has for it.
     *
     * @param osArch property {@code os.arch}
     */
    static Optional<Machine> of(String osArch) {
        return switch (osArch) {
            case "amd64", "x86_64" -> Optional.of(X86_64);
            case "aarch64" -> Optional.of(AARCH64);
            default -> Optional.empty();
        };
    }
}
