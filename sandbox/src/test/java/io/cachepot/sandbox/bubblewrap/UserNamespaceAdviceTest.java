package io.cachepot.sandbox.bubblewrap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UserNamespaceAdviceTest {
    @Test
    void namesTheSettingThatForbids() {
        assertThat(advice("kernel.apparmor_restrict_unprivileged_userns", "1"))
                .contains("AppArmor")
                .contains("kernel.apparmor_restrict_unprivileged_userns=0");
        assertThat(advice("kernel.unprivileged_userns_clone", "0"))
                .contains("kernel.unprivileged_userns_clone=1");
        assertThat(advice("user.max_user_namespaces", "0")).contains("user.max_user_namespaces=");
    }

    @Test
    void thinksOfContainersWhenNoSettingForbids() {
        assertThat(advice("kernel.unprivileged_userns_clone", "1")).contains("Docker", "seccomp");
    }

    private static String advice(String name, String value) {
        return new UserNamespaceAdvice(asked -> Optional.ofNullable(Map.of(name, value).get(asked)))
                .text();
    }
}
