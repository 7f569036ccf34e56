package io.cachepot.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WhoCalledSudoTest {
    @Test
    void isTheUserWhomSudoNames() {
        assertThat(WhoCalledSudo.of(Map.of("SUDO_UID", "1000"))).contains(1000);
    }

    @Test
    void isNobodyWithoutSudo() {
        assertThat(WhoCalledSudo.of(Map.of())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "00", "-1", "1000x", "99999999999"})
    void isNobodyWhereItIsNoOrdinaryUser(String uid) {
        assertThat(WhoCalledSudo.of(Map.of("SUDO_UID", uid))).isEmpty();
    }
}
