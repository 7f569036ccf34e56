package io.cachepot.client.wrapper;

import io.cachepot.protocol.Bytes;

/** How a run went. A stream that was not captured is empty. */
public record RunReport(RunOutcome outcome, Bytes stdout, Bytes stderr, ResourceUsage usage) {}
