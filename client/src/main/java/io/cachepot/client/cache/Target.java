package io.cachepot.client.cache;

import java.nio.file.Path;

/**
 * Where an output goes.
 *
 * @param isReplaced whether the compiler puts a new file in place of what is there, a link
 *     included; else it writes into the file that is there, which keeps its mode and its other
 *     names
 */
public record Target(Path path, boolean isReplaced) {}
