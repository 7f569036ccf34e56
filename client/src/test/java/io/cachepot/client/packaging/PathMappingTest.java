package io.cachepot.client.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.client.packaging.PathMapping.Posix;
import io.cachepot.client.packaging.PathMapping.Windows;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathMappingTest {
    private static final PathMapping WINDOWS = new Windows();
    private static final PathMapping POSIX = new Posix();

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "C:\\clang\\bin\\clang-cl.exe, /prefix/disk-C/clang/bin/clang-cl.exe",
                "C:/clang/bin\\clang-cl.exe,   /prefix/disk-C/clang/bin/clang-cl.exe",
                "c:/Src/A.c,                   /prefix/disk-C/Src/A.c",
                "D:\\,                         /prefix/disk-D",
                "C:\\a\\\\b//c,                /prefix/disk-C/a/b/c",
                "C:\\a\\.\\b\\..\\c,           /prefix/disk-C/a/c",
                "C:\\..\\..\\a,                /prefix/disk-C/a",
                "C:\\a\\,                      /prefix/disk-C/a",
                "C:\\Program Files (x86)\\a,   /prefix/disk-C/Program Files (x86)/a",
                "C:\\\u00e4\\\u732b.c,         /prefix/disk-C/\u00e4/\u732b.c",
                "C:\\nullable\\console.c,      /prefix/disk-C/nullable/console.c",
                "C:\\.git\\..a,                /prefix/disk-C/.git/..a",
                "\\\\?\\C:\\very\\long,        /prefix/disk-C/very/long",
                "\\\\.\\C:\\a,                 /prefix/disk-C/a",
                "//?/C:/a,                     /prefix/disk-C/a",
                "\\\\host\\share,              /prefix/unc/host/share",
                "\\\\host\\share\\a\\b.h,      /prefix/unc/host/share/a/b.h",
                "//host/share/a,               /prefix/unc/host/share/a",
                "\\\\host\\share\\..\\..\\a,   /prefix/unc/host/share/a",
                "\\\\?\\UNC\\host\\share\\a,   /prefix/unc/host/share/a",
            })
    void aFileOfWindowsHasAPlaceOnAWorker(String path, String there) {
        assertThat(WINDOWS.toWorker(path)).contains(there);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a.c",
                "..\\a.c",
                "\\a.c",
                "/a.c",
                "C:",
                "C:a.c",
                "CC:\\a",
                "1:\\a",
                "C:\\nul",
                "C:\\a\\NUL.c",
                "C:\\com1.txt",
                "C:\\aux .h",
                "C:\\a.c:stream",
                "C:\\a?.c",
                "C:\\a*.c",
                "C:\\a|b",
                "C:\\a\"b",
                "C:\\a.",
                "C:\\a ",
                "C:\\a\tb",
                "C:\\a\0b",
                "\\\\host",
                "\\\\host\\",
                "\\\\?\\GLOBALROOT\\Device\\a",
                "\\\\.\\pipe\\a",
            })
    void whatIsNoFileOfWindowsHasNone(String path) {
        assertThat(WINDOWS.toWorker(path)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "/prefix/disk-C/a/b.c,          C:\\a\\b.c",
                "/prefix/disk-D,                D:\\",
                "/prefix/unc/host/share/a/b.h,  \\\\host\\share\\a\\b.h",
                "/prefix/unc/host/share,        \\\\host\\share",
            })
    void andBackAgain(String there, String path) {
        assertThat(WINDOWS.toClient(there)).contains(path);
        assertThat(WINDOWS.toWorker(path)).contains(there);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/include/stdio.h",
                "/prefix",
                "/prefix/disk-c/a",
                "/prefix/disk-CC/a",
                "/prefix/unc/host",
                "/prefix/disk-C/nul",
                "prefix/disk-C/a",
            })
    void whatAWorkerHasOfItsOwnIsNoFileOfTheClient(String there) {
        assertThat(WINDOWS.toClient(there)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "/a/b.c,           /a/b.c",
        "//a///b.c,        /a/b.c",
        "/a/./b/,          /a/b",
        "/a/../b,          /a/../b",
        "/,                /",
        "/Users/Me/A b.c,  /Users/Me/A b.c",
        "/a\\b,            /a\\b",
    })
    void macOsAndLinuxKeepTheirNames(String path, String there) {
        assertThat(POSIX.toWorker(path)).contains(there);
        assertThat(POSIX.toClient(there)).contains(there);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.c", "./a.c", "C:\\a", "/a\0b"})
    void aRelativeNameHasNoPlace(String path) {
        assertThat(POSIX.toWorker(path)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C:\\clang\\bin\\clang-cl.exe",
                "C:/clang/bin/clang-cl.exe",
                "c:/Clang/BIN\\Clang-CL.exe",
                "\\\\?\\C:\\clang\\bin\\clang-cl.exe",
                "C:\\clang\\lib\\..\\bin\\clang-cl.exe",
            })
    void aCompilerOfTheSettingsIsFoundWhicheverWayItsSlashesLean(String found) {
        assertThat(WINDOWS.comparable(found))
                .isEqualTo(WINDOWS.comparable("C:/clang/bin\\clang-cl.exe"));
    }

    @Test
    void anotherCompilerIsAnother() {
        assertThat(WINDOWS.comparable("D:/clang/bin/clang-cl.exe"))
                .isNotEqualTo(WINDOWS.comparable("C:/clang/bin/clang-cl.exe"));
        assertThat(POSIX.comparable("/opt/Clang")).isNotEqualTo(POSIX.comparable("/opt/clang"));
    }
}
