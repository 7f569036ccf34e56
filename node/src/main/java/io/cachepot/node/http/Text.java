package io.cachepot.node.http;

/** An answer that is not a JSON message. */
record Text(String contentType, String text) {}
