package io.cachepot.sandbox.bubblewrap;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Function;

/** Says why a trial of bubblewrap may have failed on this machine, and what to do. */
final class UserNamespaceAdvice {
    private final Function<String, Optional<String>> settings;

    /** {@code settings} gives the value of a sysctl, such as {@code user.max_user_namespaces}. */
    UserNamespaceAdvice(Function<String, Optional<String>> settings) {
        this.settings = settings;
    }

    /** Reads this machine's settings. */
    static UserNamespaceAdvice ofThisMachine() {
        return new UserNamespaceAdvice(UserNamespaceAdvice::read);
    }

    private static Optional<String> read(String name) {
        try {
            Path path = Path.of("/proc/sys", name.replace('.', '/'));
            return Optional.of(Files.readString(path).strip());
        } catch (IOException _) {
            return Optional.empty(); // this kernel does not know it
        }
    }

    /** What to do, one sentence. */
    String text() {
        var advice = new ArrayList<String>();
        if (is("kernel.apparmor_restrict_unprivileged_userns", "1")) {
            advice.add(
                    "allow bwrap user namespaces by an AppArmor profile with 'userns,' or by sysctl"
                            + " kernel.apparmor_restrict_unprivileged_userns=0");
        }
        if (is("kernel.unprivileged_userns_clone", "0")) {
            advice.add("set sysctl kernel.unprivileged_userns_clone=1");
        }
        if (is("user.max_user_namespaces", "0")) {
            advice.add("set sysctl user.max_user_namespaces=10000");
        }
        if (advice.isEmpty()) {
            return "in a container allow user namespaces and mounts: Docker with --security-opt"
                    + " seccomp=unconfined --security-opt apparmor=unconfined --security-opt"
                    + " systempaths=unconfined; else see whether a security module forbids them";
        }
        return String.join("; ", advice);
    }

    private boolean is(String name, String value) {
        return settings.apply(name).filter(value::equals).isPresent();
    }
}
