package io.cachepot.node.tls;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * A node's certificate that another one can take the place of while the node runs. A handshake that
 * chose the one before ends with it: its alias says which. Safe for threads.
 */
public final class ChangingCertificate extends X509ExtendedKeyManager {
    private static final long KEPT = 2;

    private final AtomicLong current = new AtomicLong();

    /** The current one and the one before, by number. */
    private final Map<Long, OwnCertificate> certificates = new ConcurrentHashMap<>();

    public ChangingCertificate(OwnCertificate first) {
        certificates.put(0L, first);
    }

    /** New connections are shown {@code next}. */
    public void become(OwnCertificate next) {
        long number = current.get() + 1;
        certificates.put(number, next);
        current.set(number);
        certificates.keySet().removeIf(each -> each <= number - KEPT);
    }

    private interface Choice {
        @Nullable String of(OwnCertificate certificate);
    }

    /** {@code NUMBER ALIAS}. */
    private @Nullable String choose(Choice choice) {
        long number = current.get();
        OwnCertificate certificate = certificates.get(number);
        String alias = certificate == null ? null : choice.of(certificate);
        return alias == null ? null : number + " " + alias;
    }

    private @Nullable OwnCertificate chosen(String alias) {
        return certificates.get(Long.parseLong(alias.substring(0, alias.indexOf(' '))));
    }

    private static String own(String alias) {
        return alias.substring(alias.indexOf(' ') + 1);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return choose(each -> each.chooseEngineServerAlias(keyType, issuers, engine));
    }

    @Override
    public @Nullable String chooseEngineClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, SSLEngine engine) {
        return choose(each -> each.chooseEngineClientAlias(keyTypes, issuers, engine));
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, Socket socket) {
        return choose(each -> each.chooseServerAlias(keyType, issuers, socket));
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
        return choose(each -> each.chooseClientAlias(keyTypes, issuers, socket));
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseServerAlias(keyType, issuers, new Socket());
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return getServerAliases(keyType, issuers);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        OwnCertificate certificate = chosen(alias);
        return certificate == null ? null : certificate.getCertificateChain(own(alias));
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        OwnCertificate certificate = chosen(alias);
        return certificate == null ? null : certificate.getPrivateKey(own(alias));
    }
}
