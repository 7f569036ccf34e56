package io.cachepot.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.config.AddressRange;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ForwardedHandlerTest {
    private static final List<AddressRange> PROXIES =
            List.of(AddressRange.parse("10.0.0.0/8"), AddressRange.parse("::1"));

    @ParameterizedTest
    @CsvSource({
        // peer,       header,                         where it comes from
        "10.0.0.1,     203.0.113.9,                    203.0.113.9",
        "::1,          203.0.113.9,                    203.0.113.9",
        "10.0.0.1,     '1.2.3.4, 203.0.113.9',         203.0.113.9",
        "10.0.0.1,     '203.0.113.9, 10.0.0.2',        203.0.113.9",
        "10.0.0.1,     10.0.0.3,                       10.0.0.3",
        "10.0.0.1,     nonsense,                       10.0.0.1",
        "10.0.0.1,     'nonsense, 10.0.0.7',           10.0.0.7",
        "10.0.0.1,     2001:db8::1,                    2001:db8::1",
        "203.0.113.1,  1.2.3.4,                        203.0.113.1",
        "127.0.0.1,    1.2.3.4,                        127.0.0.1",
    })
    void believesTrustedProxiesOnly(String peer, String header, String origin) throws Exception {
        // Given
        var exchange = new HttpServerExchange(null);
        exchange.setSourceAddress(new InetSocketAddress(InetAddress.ofLiteral(peer), 7));
        exchange.getRequestHeaders().put(Headers.X_FORWARDED_FOR, header);

        // When
        new ForwardedHandler(_ -> {}, PROXIES).handleRequest(exchange);

        // Then
        assertThat(exchange.getSourceAddress().getAddress())
                .isEqualTo(InetAddress.ofLiteral(origin));
    }
}
