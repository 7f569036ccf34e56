package io.cachepot.config;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.List;

/**
 * What a member of the grid proves itself with: table {@code grid.tls}.
 *
 * @param authorities PEM file with the certificate of the cluster's authority; of two while they
 *     change
 * @param certificate PEM file, the node's own certificate in front; its role is in it
 * @param key PEM file, the certificate's private key
 * @param revoked serial numbers, in hexadecimal, of certificates that are taken no longer
 */
public record GridTls(Path authorities, Path certificate, Path key, List<BigInteger> revoked) {
    /** What a serial number looks like. */
    public static final String SERIAL = "a serial number in hexadecimal";

    private static final int HEXADECIMAL = 16;

    public GridTls {
        revoked = List.copyOf(revoked);
        new Checks()
                .absolute("authorities", authorities)
                .absolute("certificate", certificate)
                .absolute("key", key)
                .verify();
    }

    /**
     * Reads a serial number.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static BigInteger serial(String text) {
        try {
            return new BigInteger(text, HEXADECIMAL);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is '" + text + "', expected " + SERIAL, e);
        }
    }

    /** The reverse of {@link #serial}. */
    public static String text(BigInteger serial) {
        return serial.toString(HEXADECIMAL);
    }
}
