package io.cachepot.protocol;

/**
 * A build as a scheduler knows it.
 *
 * @param heardMillis how long ago its client told of it last
 */
public record SeenBuild(BuildDetails build, long heardMillis) {}
