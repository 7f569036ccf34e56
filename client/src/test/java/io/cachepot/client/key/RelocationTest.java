package io.cachepot.client.key;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.compiler.CompilerInvocation.Cacheable;
import io.cachepot.client.compiler.gcc.GccArguments;
import io.cachepot.client.compiler.gcc.ResponseFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RelocationTest {
    private static final Path BASE = Path.of("/base");

    private static Optional<Relocation> relocation(String cwd, String line) {
        var invocation =
                (Cacheable)
                        GccArguments.classify(
                                List.of(line.split(" ")), false, new ResponseFiles(Path.of("/")));
        return Relocation.of(List.of(BASE), Path.of(cwd), invocation);
    }

    private static Relocation in(String cwd, String line) {
        return relocation(cwd, line).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "/base/x/build, |0",
        "/base/x/build/a.h, |0/a.h",
        "/base/x/inc/a.h, |1/inc/a.h",
        "/base/x/builder/a.h, |1/builder/a.h",
        "/base/x, |1",
        "/base/y/a.h, |2/y/a.h",
        "/base/x/build/../inc/a.h, |0/../inc/a.h",
        "/base, |2",
        "/basement/a.h, /basement/a.h",
        "/usr/a.h, /usr/a.h",
        "a.h, a.h"
    })
    void namesAreRelativeToTheDirectoryAndBack(String name, String portable) {
        Relocation here = in("/base/x/build", "-c a.c");
        assertThat(here.portable(name)).isEqualTo(portable);
        assertThat(here.local(portable)).isEqualTo(name);
    }

    @Test
    void aCheckoutAndItsCopyHaveTheSameNames() {
        String line = "-I%1$s/inc -isystem %1$s/sys -ffile-prefix-map=%1$s=. -DX=1 -c %1$s/a.c";
        Relocation one = in("/base/one/build", line.formatted("/base/one"));
        Relocation two = in("/base/deeper/two/build", line.formatted("/base/deeper/two"));
        assertThat(one.arguments()).isEqualTo(two.arguments());
        assertThat(one.source()).isEqualTo(two.source()).isEqualTo("|1/a.c");
        assertThat(one.hasAbsoluteNames()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"-DX=\"/base/x\" -c a.c", "-frandom-seed=/base/x -c a.c"})
    void valuesThatMayBecomeAnythingAreLeftAlone(String line) {
        assertThat(in("/base/x", line).hasAbsoluteNames()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-flto -c a.c",
                "-gz -c a.c",
                "-gsplit-dwarf -c a.c",
                "--coverage -c a.c",
                "-emit-llvm -c a.c -o a.bc",
                "-Wa,--compress-debug-sections -c a.c",
                "-include-pch x.pch -c a.c"
            })
    void compilesThatMayHideThePlaceStay(String line) {
        assertThat(in("/base/x", line).refusal()).isPresent();
        assertThat(in("/base/x", "-g -c a.c").refusal()).isEmpty();
    }

    @Test
    void outsideTheBaseDirectoriesThereIsNone() {
        assertThat(relocation("/basement", "-c a.c")).isEmpty();
    }
}
