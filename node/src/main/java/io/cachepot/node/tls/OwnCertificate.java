package io.cachepot.node.tls;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The one certificate that a node has for a purpose, with its key.
 *
 * <p>Holds them as they are. A key store in memory would encrypt the key and decrypt it again with
 * ten thousand rounds of hashing each, which is a third of what the start of a worker takes.
 */
public final class OwnCertificate extends X509ExtendedKeyManager {
    private static final String ALIAS = "own";
    private static final byte[] PROBE = {1};

    private final X509Certificate[] chain;
    private final PrivateKey key;

    /**
     * Ready for an {@link javax.net.ssl.SSLContext}.
     *
     * @param chain the node's own certificate in front; at least that one
     * @throws GeneralSecurityException when {@code key} is not that certificate's
     */
    public OwnCertificate(List<X509Certificate> chain, PrivateKey key)
            throws GeneralSecurityException {
        this.chain = chain.toArray(X509Certificate[]::new);
        this.key = key;
        if (!isPair(key, chain.getFirst().getPublicKey())) {
            throw new InvalidKeyException("the key is another certificate's");
        }
    }

    private static boolean isPair(PrivateKey key, PublicKey publicKey)
            throws GeneralSecurityException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> key.getAlgorithm();
                };
        var signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        try {
            signature.initVerify(publicKey);
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (InvalidKeyException _) { // of another algorithm
            return false;
        }
    }

    private @Nullable String alias(String... keyTypes) {
        return Arrays.asList(keyTypes).contains(key.getAlgorithm()) ? ALIAS : null;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        return alias(keyTypes);
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, Socket socket) {
        return alias(keyType);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
        return alias(keyTypes);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return aliases(keyType);
    }

    private String @Nullable [] aliases(String keyType) {
        String alias = alias(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return alias.equals(ALIAS) ? chain.clone() : null;
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return alias.equals(ALIAS) ? key : null;
    }
}
