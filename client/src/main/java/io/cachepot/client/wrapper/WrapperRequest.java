package io.cachepot.client.wrapper;

import java.util.List;
import java.util.Map;

/**
 * One call of the wrapper, in strings that are surely what the kernel gave it.
 *
 * @param version of the protocol, see {@link #VERSION}
 * @param startedCoordinator the wrapper started the coordinator it is talking to
 * @param masquerade it was called under a compiler's name
 * @param umask of the wrapper, which its children inherit
 * @param parent id of its parent process
 * @param session id of its session
 * @param descriptors what its descriptors 0, 1 and 2 are
 * @param self resolved path of the wrapper, so that a search on PATH can pass it by; empty when it
 *     could not tell
 * @param invokedAs its argv[0]
 * @param cwd absolute path of its directory, {@code $PWD} when that is true
 * @param arguments after argv[0]
 * @param environment its variables, the first one when a name comes twice; those that are not UTF-8
 *     are missing
 * @param undecodableVariables names of the missing ones, for people
 */
public record WrapperRequest(
        int version,
        boolean startedCoordinator,
        boolean masquerade,
        int umask,
        int parent,
        int session,
        List<DescriptorKind> descriptors,
        String self,
        String invokedAs,
        String cwd,
        List<String> arguments,
        Map<String, String> environment,
        List<String> undecodableVariables)
        implements ReceivedRequest {
    /** The version that is spoken here. */
    public static final int VERSION = 2;

    public WrapperRequest {
        descriptors = List.copyOf(descriptors);
        arguments = List.copyOf(arguments);
        environment = Map.copyOf(environment);
        undecodableVariables = List.copyOf(undecodableVariables);
    }

    /** The base name it was called under; in masquerade this is the compiler's name. */
    public String invokedName() {
        return invokedAs.substring(invokedAs.lastIndexOf('/') + 1);
    }

    public boolean hasUndecodableEnvironment() {
        return !undecodableVariables.isEmpty();
    }
}
