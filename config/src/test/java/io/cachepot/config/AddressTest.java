package io.cachepot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"a:1", "127.0.0.1:10600", "[::1]:10600", "build.example.org:65535", "a:0"})
    void keepsHostPort(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                ":1",
                "a:",
                "a:65536",
                "a:-1",
                "::1:5",
                "[::1]",
                "[a]:1",
                "[a:b:zz]:1",
                "a b:1",
                "a:1/"
            })
    void rejectsWhatIsNoHostPort(String text) {
        assertThatThrownBy(() -> HostPort.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("is '" + text + "', expected host:port");
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:1,true",
        "127.9.9.9:1,true",
        "[::1]:1,true",
        "0.0.0.0:1,false",
        "[::]:1,false",
        "a:1,false"
    })
    void knowsLoopback(String text, boolean isLoopback) {
        assertThat(HostPort.parse(text).isLoopback()).isEqualTo(isLoopback);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:10600,http://127.0.0.1:10600/",
        "[::1]:10600,http://[::1]:10600/",
        "http://127.0.0.1:10600,http://127.0.0.1:10600/",
        "https://Grid.example.org/,https://grid.example.org:443/",
        "http://[::1],http://[::1]:80/"
    })
    void readsPublicAddressInBothForms(String text, String url) {
        assertThat(PublicAddress.parse(text).url("http")).hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a:0",
                "http://a:0/",
                "ftp://a:1/",
                "http://a:1/x",
                "http://",
                "a",
                "http://u:p@a/"
            })
    void rejectsPublicAddressNobodyCanReach(String text) {
        assertThatThrownBy(() -> PublicAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(", expected ")
                .hasMessageNotContaining("u:p");
    }

    @ParameterizedTest
    @CsvSource({
        "HTTP://A:1,http://a:1/",
        "https://a/,https://a/",
        "http://[::1]:5,http://[::1]:5/"
    })
    void normalisesBase(String text, String base) {
        var uri = WebAddress.parseBase(text);
        assertThat(uri).hasToString(base);
        assertThat(WebAddress.isBase(uri)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a:1",
                "http:",
                "mailto:a",
                "http://a/b",
                "http://a/?q=hush",
                "http://a/#f",
                "http://u:hush@a",
                "http://a:99999"
            })
    void rejectsWhatIsNoBase(String text) {
        assertThatThrownBy(() -> WebAddress.parseBase(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(", expected an http or https URL without a path")
                .hasMessageNotContaining("hush");
    }

    @ParameterizedTest
    @CsvSource({"0,0", "7,7", "1K,1024", "3M,3145728", "20G,21474836480", "1T,1099511627776"})
    void readsSizes(String text, long bytes) {
        assertThat(ByteSize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "G",
                "-1",
                "1.5G",
                "20g",
                "20GB",
                "20 G",
                "9999999999999999999",
                "9000000T"
            })
    void rejectsWhatIsNoSize(String text) {
        assertThatThrownBy(() -> ByteSize.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsAMistakeOnOneLine() {
        var mistake = new Mistake("f:1:1", "a", "is 'x\ny\u0085z', " + "long".repeat(1_000));
        assertThat(mistake.toString()).hasLineCount(1).hasSizeLessThan(1_100);
    }
}
