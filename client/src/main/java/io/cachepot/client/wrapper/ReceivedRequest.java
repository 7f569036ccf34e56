package io.cachepot.client.wrapper;

/** What came as a request: one that can be worked on, or one that only has a fixed answer. */
public sealed interface ReceivedRequest
        permits WrapperRequest, ReceivedRequest.Undecodable, ReceivedRequest.OtherVersion {
    /**
     * An argument or a path is not UTF-8, so no Java string stands for it. The answer is {@link
     * Directive.ExecAsInvoked}: the wrapper still has the bytes.
     *
     * @param what which string, for people
     */
    record Undecodable(String what) implements ReceivedRequest {}

    /** A wrapper of another version. The answer is {@link Directive.RefuseVersion}. */
    record OtherVersion(int version) implements ReceivedRequest {}
}
