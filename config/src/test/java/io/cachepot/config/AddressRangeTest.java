package io.cachepot.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRangeTest {
    @ParameterizedTest
    @CsvSource({
        "10.1.2.3,      10.1.2.3,        true",
        "10.1.2.3,      10.1.2.4,        false",
        "10.0.0.0/8,    10.255.0.1,      true",
        "10.0.0.0/8,    11.0.0.1,        false",
        "10.0.0.1/8,    10.9.9.9,        true",
        "192.168.4.0/22, 192.168.7.255,  true",
        "192.168.4.0/22, 192.168.8.0,    false",
        "0.0.0.0/0,     203.0.113.9,     true",
        "0.0.0.0/0,     ::1,             false",
        "fd00::/8,      fdff::1,         true",
        "fd00::/8,      fe00::1,         false",
        "::1,           ::1,             true",
    })
    void saysWhetherAnAddressIsInIt(String range, String address, boolean isIn) {
        assertThat(AddressRange.parse(range).contains(InetAddress.ofLiteral(address)))
                .isEqualTo(isIn);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/x", "1.2.3"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> AddressRange.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
