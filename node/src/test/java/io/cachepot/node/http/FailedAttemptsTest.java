package io.cachepot.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailedAttemptsTest {
    private final AtomicLong nanos = new AtomicLong(-5);
    private final FailedAttempts attempts = new FailedAttempts(nanos::get);

    private static InetSocketAddress peer(String address, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), port);
    }

    private int borne(String address, int count) {
        int borne = 0;
        for (int i = 0; i < count; i++) {
            borne += attempts.isBorne(peer(address, i)) ? 1 : 0;
        }
        return borne;
    }

    @Test
    void twentyAreBorneAndThenOneASecond() {
        assertThat(borne("10.0.0.1", 1_000)).isEqualTo(20);
        nanos.addAndGet(Duration.ofSeconds(3).toNanos());
        assertThat(borne("10.0.0.1", 1_000)).isBetween(2, 3);
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        assertThat(borne("10.0.0.1", 1_000)).isEqualTo(20);
    }

    @Test
    void anotherAddressHasAnAccountOfItsOwn() {
        borne("10.0.0.1", 100);
        assertThat(borne("10.0.0.2", 10)).isEqualTo(10);
    }
}
