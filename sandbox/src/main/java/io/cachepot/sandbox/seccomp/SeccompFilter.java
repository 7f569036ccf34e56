package io.cachepot.sandbox.seccomp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which system calls a job may make, as a program for the kernel (seccomp(2), classic BPF). It
 * refuses what compilers do not need: all that changes mounts, modules, clocks or keys, that looks
 * into other processes, new namespaces, sockets of every family but {@code AF_UNIX}, io_uring, and
 * characters put into a terminal. The rest is allowed: a list of what is allowed would break with
 * each new compiler and libc, and the job has nothing that is worth more than itself.
 *
 * <p>A process of another machine's kind (32 bits on x86-64) is killed: its calls have other
 * numbers.
 */
public final class SeccompFilter {
    // What the program can read: struct seccomp_data (linux/seccomp.h); low words of arguments.
    static final int NUMBER_AT = 0;
    static final int ARCH_AT = 4;
    static final int FIRST_ARGUMENT_AT = 16;
    static final int SECOND_ARGUMENT_AT = 24;

    // What it says (linux/seccomp.h).
    static final int ALLOW = 0x7FFF0000;
    static final int KILL = 0x80000000;
    static final int ERRNO = 0x00050000;

    // Instructions (linux/bpf_common.h).
    static final short LOAD = 0x20;
    static final short JUMP_IF_EQUAL = 0x15;
    static final short JUMP_IF_NOT_LESS = 0x35;
    static final short JUMP_IF_ANY_BIT = 0x45;
    static final short RETURN = 0x06;

    private static final int INSTRUCTION_BYTES = 8;

    /** Numbers from here on are those of x32, 32-bit pointers on x86-64. */
    private static final int X32 = 0x40000000;

    private static final int AF_UNIX = 1;
    private static final int EAFNOSUPPORT = 97;

    /** NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (linux/sched.h). */
    private static final int NEW_NAMESPACES = 0x7E020000;

    /** Characters into a terminal's input, and the like on a console (asm-generic/ioctls.h). */
    private static final List<Integer> TERMINAL_INPUT = List.of(0x5412, 0x541C);

    private final List<Instruction> program = new ArrayList<>();

    /** One instruction; jumps are relative to the next one. */
    record Instruction(short code, int ifTrue, int ifFalse, int value) {}

    private SeccompFilter(Machine machine) {
        add(LOAD, ARCH_AT);
        returnUnless(JUMP_IF_EQUAL, machine.auditArch, KILL);
        add(LOAD, NUMBER_AT);
        if (machine == Machine.X86_64) {
            returnIf(JUMP_IF_NOT_LESS, X32, KILL);
        }
        for (SystemCalls.Refused call : SystemCalls.refused(machine)) {
            returnIf(JUMP_IF_EQUAL, call.number(), ERRNO | call.error());
        }
        // Each part ends with a verdict, so that the next one still has the number at hand.
        part(machine.socket, FIRST_ARGUMENT_AT);
        returnUnless(JUMP_IF_EQUAL, AF_UNIX, ERRNO | EAFNOSUPPORT);
        endPart();
        part(machine.clone, FIRST_ARGUMENT_AT);
        returnIf(JUMP_IF_ANY_BIT, NEW_NAMESPACES, ERRNO | SystemCalls.EPERM);
        endPart();
        part(machine.ioctl, SECOND_ARGUMENT_AT);
        TERMINAL_INPUT.forEach(
                request -> returnIf(JUMP_IF_EQUAL, request, ERRNO | SystemCalls.EPERM));
        endPart();
        add(RETURN, ALLOW);
    }

    /** Where the jump over a part that is being written stands. */
    private int partAt;

    private void part(int number, int argumentAt) {
        partAt = program.size();
        program.add(new Instruction(JUMP_IF_EQUAL, 0, 0, number));
        add(LOAD, argumentAt);
    }

    private void endPart() {
        add(RETURN, ALLOW);
        Instruction jump = program.get(partAt);
        program.set(partAt, new Instruction(jump.code, 0, program.size() - partAt - 1, jump.value));
    }

    private void add(short code, int value) {
        program.add(new Instruction(code, 0, 0, value));
    }

    private void returnIf(short jump, int value, int verdict) {
        program.add(new Instruction(jump, 0, 1, value));
        add(RETURN, verdict);
    }

    private void returnUnless(short jump, int value, int verdict) {
        program.add(new Instruction(jump, 1, 0, value));
        add(RETURN, verdict);
    }

    /** The filter for this machine; empty if its system calls are not known. */
    public static Optional<SeccompFilter> ofThisMachine() {
        return Machine.of(System.getProperty("os.arch", "")).map(SeccompFilter::of);
    }

    static SeccompFilter of(Machine machine) {
        return new SeccompFilter(machine);
    }

    List<Instruction> program() {
        return List.copyOf(program);
    }

    /** Writes an array of {@code struct sock_filter} (linux/filter.h), as bubblewrap reads it. */
    public void write(Path file) throws IOException {
        var bytes =
                ByteBuffer.allocate(program.size() * INSTRUCTION_BYTES)
                        .order(ByteOrder.nativeOrder());
        for (Instruction each : program) {
            bytes.putShort(each.code)
                    .put((byte) each.ifTrue)
                    .put((byte) each.ifFalse)
                    .putInt(each.value);
        }
        Files.write(file, bytes.array());
    }
}
