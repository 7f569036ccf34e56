package io.cachepot.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.config.AddressRange;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectionLimitTest {
    private static final InetAddress ONE = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress OTHER = InetAddress.ofLiteral("192.0.2.2");

    private final ConnectionLimit limit =
            new ConnectionLimit(3, List.of(AddressRange.parse("10.0.0.0/8")));

    private int admitted(InetAddress address, int count) {
        int admitted = 0;
        for (int i = 0; i < count; i++) {
            admitted += limit.isAdmitted(address) ? 1 : 0;
        }
        return admitted;
    }

    @Test
    void eachAddressHasItsOwn() {
        assertThat(admitted(ONE, 10)).isEqualTo(3);
        assertThat(admitted(OTHER, 2)).isEqualTo(2);
    }

    @Test
    void oneThatEndsMakesRoomForAnother() {
        // Given
        admitted(ONE, 3);

        // When
        limit.ended(ONE);
        limit.ended(ONE);

        // Then
        assertThat(admitted(ONE, 10)).isEqualTo(2);
    }

    @Test
    void allThatEndedLeaveNothing() {
        for (int round = 0; round < 5; round++) {
            assertThat(admitted(ONE, 4)).isEqualTo(3);
            for (int i = 0; i < 3; i++) {
                limit.ended(ONE);
            }
        }
    }

    @Test
    void trustedProxiesSpeakForMany() {
        InetAddress proxy = InetAddress.ofLiteral("10.1.2.3");
        assertThat(admitted(proxy, 100)).isEqualTo(100);
        limit.ended(proxy);
        assertThat(admitted(proxy, 1)).isEqualTo(1);
    }

    @Test
    void aProxyThatEndsFreesNothingOfItsNeighbours() {
        var one = new ConnectionLimit(1, List.of(AddressRange.parse("2001:db8::1")));
        assertThat(one.isAdmitted(InetAddress.ofLiteral("2001:db8::2"))).isTrue();
        one.ended(InetAddress.ofLiteral("2001:db8::1"));
        assertThat(one.isAdmitted(InetAddress.ofLiteral("2001:db8::2"))).isFalse();
    }

    /** A machine with IPv6 has more addresses of its own than we have memory. */
    @Test
    void addressesOfOneNetworkOfIpV6AreOne() {
        assertThat(admitted(InetAddress.ofLiteral("2001:db8::1"), 2)).isEqualTo(2);
        assertThat(admitted(InetAddress.ofLiteral("2001:db8::ffff:2"), 2)).isEqualTo(1);
        assertThat(admitted(InetAddress.ofLiteral("2001:db8:0:1::1"), 2)).isEqualTo(2);
    }
}
