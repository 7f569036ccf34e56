package io.cachepot.sandbox.seccomp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The system calls that no compiler needs and that attacks on a kernel begin with, with their
 * numbers (Linux: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h).
 */
final class SystemCalls {
    /** Operation not permitted. */
    static final int EPERM = 1;

    /** No such call: whoever makes it falls back to an older one. */
    static final int ENOSYS = 38;

    /** Error, name, number on x86-64 and on AArch64; a dash where there is none. */
    private static final String REFUSED =
            """
            EPERM  acct               163  89
            EPERM  add_key            248 217
            EPERM  adjtimex           159 171
            EPERM  bpf                321 280
            EPERM  chroot             161  51
            EPERM  clock_adjtime      305 266
            EPERM  clock_settime      227 112
            EPERM  delete_module      176 106
            EPERM  fanotify_init      300 262
            EPERM  finit_module       313 273
            EPERM  fsconfig           431 431
            EPERM  fsmount            432 432
            EPERM  fsopen             430 430
            EPERM  fspick             433 433
            EPERM  init_module        175 105
            EPERM  ioperm             173   -
            EPERM  iopl               172   -
            EPERM  kcmp               312 272
            EPERM  kexec_file_load    320 294
            EPERM  kexec_load         246 104
            EPERM  keyctl             250 219
            EPERM  lookup_dcookie     212  18
            EPERM  memfd_secret       447 447
            EPERM  modify_ldt         154   -
            EPERM  mount              165  40
            EPERM  mount_setattr      442 442
            EPERM  move_mount         429 429
            EPERM  open_by_handle_at  304 265
            EPERM  open_tree          428 428
            EPERM  perf_event_open    298 241
            EPERM  pidfd_getfd        438 438
            EPERM  pivot_root         155  41
            EPERM  process_madvise    440 440
            EPERM  process_mrelease   448 448
            EPERM  process_vm_readv   310 270
            EPERM  process_vm_writev  311 271
            EPERM  ptrace             101 117
            EPERM  quotactl           179  60
            EPERM  quotactl_fd        443 443
            EPERM  reboot             169 142
            EPERM  request_key        249 218
            EPERM  setdomainname      171 162
            EPERM  sethostname        170 161
            EPERM  setns              308 268
            EPERM  settimeofday       164 170
            EPERM  swapoff            168 225
            EPERM  swapon             167 224
            EPERM  syslog             103 116
            EPERM  umount2            166  39
            EPERM  unshare            272  97
            EPERM  userfaultfd        323 282
            EPERM  vhangup            153  58
            EPERM  vmsplice           278  75
            ENOSYS clone3             435 435
            ENOSYS io_uring_enter     426 426
            ENOSYS io_uring_register  427 427
            ENOSYS io_uring_setup     425 425
            ENOSYS nfsservctl         180  42
            ENOSYS sysfs              139   -
            ENOSYS uselib             134   -
            ENOSYS ustat              136   -
            """;

    private SystemCalls() {}

    /**
     * A call that is refused whatever its arguments.
     *
     * @param error that it gives
     */
    record Refused(int number, int error, String name) {}

    /** Those of one kind of machine. */
    static List<Refused> refused(Machine machine) {
        var all = new ArrayList<Refused>();
        for (String line : REFUSED.lines().toList()) {
            String[] words = line.split(" +", -1);
            int error = words[0].equals("ENOSYS") ? ENOSYS : EPERM;
            number(words[machine == Machine.X86_64 ? 2 : 3])
                    .ifPresent(number -> all.add(new Refused(number, error, words[1])));
        }
        return all;
    }

    private static Optional<Integer> number(String word) {
        return word.equals("-") ? Optional.empty() : Optional.of(Integer.valueOf(word));
    }
}
