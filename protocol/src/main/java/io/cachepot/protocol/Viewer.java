package io.cachepot.protocol;

/**
 * Somebody who looks at a cluster.
 *
 * @param isOperator whether workers may be drained with the token that was shown
 */
public record Viewer(boolean isOperator) {}
