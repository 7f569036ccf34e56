package io.cachepot.node;

import java.util.Map;
import java.util.Optional;

/** The user behind {@code sudo cachepot-dist worker}, as old instructions have it. */
final class WhoCalledSudo {
    private WhoCalledSudo() {}

    /**
     * That user's id; empty where nobody did, or root.
     *
     * @param environment of this process, where sudo says so
     */
    static Optional<Integer> of(Map<String, String> environment) {
        String uid = environment.getOrDefault("SUDO_UID", "");
        return uid.matches("[1-9][0-9]{0,8}")
                ? Optional.of(Integer.valueOf(uid))
                : Optional.empty();
    }
}
