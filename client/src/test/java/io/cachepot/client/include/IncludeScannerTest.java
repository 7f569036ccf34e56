package io.cachepot.client.include;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.include.IncludeScan.Call;
import io.cachepot.client.include.IncludeScan.IncludeName;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IncludeScannerTest {
    @Test
    void findsEveryFormOfInclude() {
        // When
        var scan =
                scan(
                        """
                        #include "a.h"
                          #  include <b/c.h>
                        /* comment */ #include "d.h" // why
                        #inc\\
                        lude "e.h"
                        #include_next <f.h>
                        #import "g.h"
                        %:include "h.h"
                        ??=include "i.h"
                        # /* odd */ include /* too */ "j.h"
                        """);

        // Then
        assertThat(scan.includes())
                .containsExactly(
                        new IncludeName("a.h", true, false),
                        new IncludeName("b/c.h", false, false),
                        new IncludeName("d.h", true, false),
                        new IncludeName("e.h", true, false),
                        new IncludeName("f.h", false, true),
                        new IncludeName("g.h", true, false),
                        new IncludeName("h.h", true, false),
                        new IncludeName("i.h", true, false),
                        new IncludeName("j.h", true, false));
        assertThat(scan.isComputedInclude()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "   and only if <wchar.h> has been previously #included.  */",
                "int includes; /* see #include of x */",
                "x = y #include z",
                "#define f(x) #include_me",
                "puts(\"#include\");"
            })
    void wordsInTextAreNoDirectives(String text) {
        assertThat(scan(text).isComputedInclude()).isFalse();
        assertThat(scan(text).includes()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"#include HEADER", "#include STRINGIFY(x.h)", "#include <cut\n"})
    void noticesComputedIncludes(String text) {
        assertThat(scan(text).isComputedInclude()).isTrue();
    }

    @Test
    void findsQuestions() {
        // When
        var scan = scan("#if __has_include(<a.h>) || __has_include_next ( \"b.h\" )\n");

        // Then
        assertThat(scan.asked())
                .containsExactly(
                        new IncludeName("a.h", false, false), new IncludeName("b.h", true, true));
        assertThat(scan.isComputedQuestion()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#if __has_include(NAME)\n",
                "#define Q(x) __has_include(y)\n",
                "#define Q(x, y) __has_include(y)\n",
                "#define Q __has_include(NAME)\n",
                "#define Q PREFIX __has_include\n",
                "#define Q(x) __has_include_next(x)\n",
                "#define __Q(x) __has_include(x)\n"
            })
    void noticesComputedQuestions(String text) {
        assertThat(scan(text).isComputedQuestion()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "#define HAS(x) __has_include(x)\n",
                "#  define HAS(x)   (__has_include ( x ) && 1)\n",
                "#define HAS __has_include // asks\n",
                "#define HAS( x ) \\\n __has_include(x)\n"
            })
    void knowsMacrosThatStandForTheQuestion(String text) {
        // When
        var scan = scan(text);

        // Then
        assertThat(scan.questionMacros()).containsExactly("HAS");
        assertThat(scan.isComputedQuestion()).isFalse();
    }

    @Test
    void findsCallsInConditionsAndMacros() {
        // When
        var scan =
                scan(
                        """
                        #if defined(X) && HAS("a.h") /* c */ || HAS ( <b.h> )
                        #elif HAS(NAME) || OTHER(1)
                        #define THERE HAS(<c.h>)
                        #define AGAIN HAS
                        #define HAS(x) 0
                        int f = HAS(x);
                        """);

        // Then
        assertThat(scan.calls())
                .containsExactly(
                        new Call("HAS", new IncludeName("a.h", true, false)),
                        new Call("HAS", new IncludeName("b.h", false, false)),
                        new Call("HAS", new IncludeName("c.h", false, false)));
        assertThat(scan.unreadCalls()).contains("HAS", "OTHER").doesNotContain("defined", "X");
    }

    @Test
    void aMacroUnderAnotherNameIsNoted() {
        assertThat(scan("#define AGAIN HAS\n").unreadCalls()).containsExactly("HAS");
        assertThat(scan("#define HAS(x) 0\n#ifdef HAS\n").unreadCalls()).isEmpty();
    }

    @Test
    void aTestForTheQuestionIsNone() {
        assertThat(scan("#ifdef __has_include\n#endif\n").isComputedQuestion()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"   #include's of others\n", "#include\n", "#include (x)\n", "#include"})
    void whatCanNotBeANameIsNone(String text) {
        assertThat(scan(text).isComputedInclude()).isFalse();
    }

    private static boolean tellsTime(String text) {
        IncludeScan scan = scan(text);
        return scan.hasClockMacro() || scan.hasTimestampMacro();
    }

    @ParameterizedTest
    @ValueSource(strings = {"__DATE__", "x = __TIME__ ;", "(__TIMESTAMP__)"})
    void noticesTimeMacros(String text) {
        assertThat(tellsTime(text)).isTrue();
        assertThat(tellsTime(text.replace("__", "___"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "asm(\".incbin \\\"x\\\"\");",
                "asm(\".INCBIN \\\"x\\\"\");",
                "asm(\".\" S(incbin) NAME);",
                "asm(\"\\t.include \\\"x\\\"\");",
                "asm(\".include\\t\\\"x\\\"\");",
                "#pragma GCC dependency \"x.y\"",
                "_Pragma(\"GCC dependency \\\"x.y\\\"\")",
                "#pragma clang module import x",
                "#embed \"x\"\n",
                "#if __has_embed(<x>)"
            })
    void noticesDataThatNoListNames(String text) {
        assertThat(scan(text).readsData()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"set.include(x);", "#pragma GCC poison printf", "#include \"x.inc\""})
    void ordinaryTextReadsNoData(String text) {
        assertThat(scan(text).readsData()).isFalse();
    }

    @Test
    void anyBytesGetAnAnswer() {
        long seed = System.nanoTime();
        RandomGenerator random = RandomGeneratorFactory.getDefault().create(seed);
        byte[] alphabet = "#include<\">_/*\\\n\r %:?=.xdefn()".getBytes(UTF_8);
        for (int round = 0; round < 20_000; round++) {
            byte[] text = new byte[random.nextInt(60)];
            for (int i = 0; i < text.length; i++) {
                text[i] = alphabet[random.nextInt(alphabet.length)];
            }
            assertThat(IncludeScanner.scan(text)).as("seed %d", seed).isNotNull();
        }
    }

    private static IncludeScan scan(String text) {
        return IncludeScanner.scan(text.getBytes(UTF_8));
    }
}
