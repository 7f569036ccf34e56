package io.cachepot.node.grid.secure;

/**
 * Who is at the other end of a connection, by its certificate.
 *
 * @param name the certificate's, for logs
 */
record Peer(MemberRole role, String name) {}
