package io.cachepot.sandbox.seccomp;

import static io.cachepot.sandbox.seccomp.SeccompFilter.ALLOW;
import static io.cachepot.sandbox.seccomp.SeccompFilter.ERRNO;
import static io.cachepot.sandbox.seccomp.SeccompFilter.KILL;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.sandbox.seccomp.SeccompFilter.Instruction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the program as the kernel would, also that of the machine that this is not. */
class SeccompFilterTest {
    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final int EAFNOSUPPORT = 97;

    @TempDir Path temporary;

    private static int verdict(Machine machine, int number, int... arguments) {
        return verdictOn(machine, machine.auditArch, number, arguments);
    }

    private static int verdictOn(Machine machine, int arch, int number, int... arguments) {
        var data = new HashMap<Integer, Integer>();
        data.put(0, number);
        data.put(4, arch);
        for (int i = 0; i < 6; i++) {
            data.put(16 + 8 * i, i < arguments.length ? arguments[i] : 0);
        }
        List<Instruction> program = SeccompFilter.of(machine).program();
        int accumulator = 0;
        for (int at = 0; ; at++) {
            Instruction now = program.get(at);
            boolean holds;
            switch (now.code()) {
                case SeccompFilter.LOAD -> {
                    accumulator = data.getOrDefault(now.value(), 0);
                    continue;
                }
                case SeccompFilter.RETURN -> {
                    return now.value();
                }
                case SeccompFilter.JUMP_IF_EQUAL -> holds = accumulator == now.value();
                case SeccompFilter.JUMP_IF_NOT_LESS ->
                        holds = Integer.compareUnsigned(accumulator, now.value()) >= 0;
                case SeccompFilter.JUMP_IF_ANY_BIT -> holds = (accumulator & now.value()) != 0;
                default -> throw new IllegalStateException("no instruction: " + now);
            }
            at += holds ? now.ifTrue() : now.ifFalse();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsListedIsRefused(Machine machine) {
        for (SystemCalls.Refused call : SystemCalls.refused(machine)) {
            assertThat(verdict(machine, call.number()))
                    .as(call.name())
                    .isEqualTo(ERRNO | call.error());
        }
        assertThat(SystemCalls.refused(machine))
                .contains(
                        new SystemCalls.Refused(435, ENOSYS, "clone3"),
                        new SystemCalls.Refused(430, EPERM, "fsopen"));
    }

    @ParameterizedTest
    @EnumSource
    void everythingElseIsAllowed(Machine machine) {
        var refused =
                SystemCalls.refused(machine).stream().map(SystemCalls.Refused::number).toList();
        for (int number = 0; number < 470; number++) {
            if (!refused.contains(number) && number != machine.socket) {
                assertThat(verdict(machine, number)).as("call %d", number).isEqualTo(ALLOW);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void socketsAreLocalOnly(Machine machine) {
        assertThat(verdict(machine, machine.socket, 1)).isEqualTo(ALLOW);
        for (int family : List.of(0, 2, 10, 16, 17, 40)) {
            assertThat(verdict(machine, machine.socket, family)).isEqualTo(ERRNO | EAFNOSUPPORT);
        }
    }

    @ParameterizedTest
    @EnumSource
    void processesAreMadeInTheSameNamespacesOnly(Machine machine) {
        int fork = 0x01200011;
        int thread = 0x003D0F00;
        assertThat(verdict(machine, machine.clone, fork)).isEqualTo(ALLOW);
        assertThat(verdict(machine, machine.clone, thread)).isEqualTo(ALLOW);
        for (int flag :
                List.of(
                        0x00020000,
                        0x02000000,
                        0x04000000,
                        0x08000000,
                        0x10000000,
                        0x20000000,
                        0x40000000)) {
            assertThat(verdict(machine, machine.clone, fork | flag)).isEqualTo(ERRNO | EPERM);
        }
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsTypedIntoATerminal(Machine machine) {
        int tcgets = 0x5401;
        assertThat(verdict(machine, machine.ioctl, 0, tcgets)).isEqualTo(ALLOW);
        assertThat(verdict(machine, machine.ioctl, 0, 0x5412)).isEqualTo(ERRNO | EPERM);
        assertThat(verdict(machine, machine.ioctl, 0, 0x541C)).isEqualTo(ERRNO | EPERM);
    }

    @Test
    void callsOfAnotherMachineKill() {
        int i386 = 0x40000003;
        assertThat(verdictOn(Machine.X86_64, i386, 1)).isEqualTo(KILL);
        assertThat(verdict(Machine.X86_64, 0x40000000 + 1)).isEqualTo(KILL);
        assertThat(verdict(Machine.X86_64, -1)).isEqualTo(KILL);
        assertThat(verdictOn(Machine.AARCH64, Machine.X86_64.auditArch, 1)).isEqualTo(KILL);
    }

    /** The kernel's own headers, of the package that every C compiler needs. */
    @Test
    void numbersAreTheKernels() throws IOException {
        Map<String, Integer> x86 = numbers("/usr/include/x86_64-linux-gnu/asm/unistd_64.h");
        Map<String, Integer> generic = numbers("/usr/include/asm-generic/unistd.h");
        assertThat(SystemCalls.refused(Machine.X86_64))
                .allSatisfy(call ->
                        assertThat(x86.getOrDefault(call.name(), call.number()))
                                .as(call.name())
                                .isEqualTo(call.number()));
        assertThat(SystemCalls.refused(Machine.AARCH64))
                .allSatisfy(call ->
                        assertThat(generic.getOrDefault(call.name(), call.number()))
                                .as(call.name())
                                .isEqualTo(call.number()));
        if (Machine.of(System.getProperty("os.arch")).equals(Optional.of(Machine.X86_64))) {
            assertThat(x86).containsEntry("socket", 41).containsEntry("ioctl", 16);
            assertThat(x86).containsEntry("clone", 56);
        }
        assertThat(generic).containsEntry("socket", 198).containsEntry("ioctl", 29);
        assertThat(generic).containsEntry("clone", 220);
    }

    private static Map<String, Integer> numbers(String header) throws IOException {
        var numbers = new HashMap<String, Integer>();
        Path file = Path.of(header);
        if (Files.exists(file)) {
            Pattern.compile("(?m)^#define __NR_(\\w+)\\s+(\\d+)$")
                    .matcher(Files.readString(file))
                    .results()
                    .forEach(found -> numbers.put(found.group(1), Integer.valueOf(found.group(2))));
        }
        return numbers;
    }

    @Test
    void isWrittenAsTheKernelReadsIt() throws IOException {
        // When
        Path file = temporary.resolve("filter");
        SeccompFilter filter = SeccompFilter.of(Machine.X86_64);
        filter.write(file);

        // Then
        byte[] bytes = Files.readAllBytes(file);
        assertThat(bytes).hasSize(8 * filter.program().size());
        assertThat(filter.program().size()).as("the kernel takes as many").isLessThan(4096);
        assertThat(bytes).startsWith(0x20, 0, 0, 0, 4, 0, 0, 0, 0x15, 0, 1, 0, 0x3E, 0, 0, 0xC0);
    }
}
