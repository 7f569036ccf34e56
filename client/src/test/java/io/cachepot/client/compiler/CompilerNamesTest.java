package io.cachepot.client.compiler;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompilerNamesTest {
    @ParameterizedTest
    @CsvSource({
        "gcc,false",
        "cc,false",
        "g++,true",
        "c++,true",
        "clang,false",
        "clang++,true",
        "gcc-12,false",
        "clang++-14,true",
        "x86_64-linux-gnu-gcc-12,false",
        "arm-none-eabi-g++,true"
    })
    void knowsCompilersByName(String name, boolean isCxx) {
        assertThat(CompilerNames.isCompiler(name)).isTrue();
        assertThat(CompilerNames.isCxxDriver(name)).isEqualTo(isCxx);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ld", "python3", "gcc-ar", "gcc-ranlib-12", "clang-format", "acc"})
    void leavesOtherProgramsAlone(String name) {
        assertThat(CompilerNames.isCompiler(name)).isFalse();
    }
}
