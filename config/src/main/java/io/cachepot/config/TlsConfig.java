package io.cachepot.config;

import java.nio.file.Path;

/**
 * What a scheduler speaks HTTPS with: table {@code tls}.
 *
 * @param certificate PEM file, the node's own certificate in front
 * @param key PEM file, the certificate's private key
 */
public record TlsConfig(Path certificate, Path key) {
    public TlsConfig {
        new Checks().absolute("certificate", certificate).absolute("key", key).verify();
    }
}
