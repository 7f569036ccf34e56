package io.cachepot.client.compiler.rustc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cachepot.client.include.Inputs.Variable;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DependencyListTest {
    @Test
    void filesAndVariablesAreRead() throws IOException {
        var list =
                DependencyList.parse(
                        """
                        out/a.d: src/lib.rs src/a\\ b.txt

                        out/liba.rmeta: src/lib.rs src/a\\ b.txt

                        src/lib.rs:

                        # env-dep:UNSET
                        # env-dep:SET=a\\nb\\\\c=d
                        """);
        assertThat(list.files()).containsExactly("src/lib.rs", "src/a b.txt");
        assertThat(list.variables())
                .containsExactly(
                        new Variable("UNSET", Optional.empty()),
                        new Variable("SET", Optional.of("a\nb\\c=d")));
    }

    @Test
    void somethingElseIsNoList() {
        assertThatThrownBy(() -> DependencyList.parse("nothing")).isInstanceOf(IOException.class);
    }
}
