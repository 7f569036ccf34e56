package io.cachepot.protocol.auth;

import io.cachepot.protocol.Digest;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS that believes exactly one certificate, told by its SHA-256 in the grant; names, expiry and
 * authorities do not matter, so a worker needs no certificate of anybody's.
 */
public final class PinnedTls {
    private PinnedTls() {}

    public static SSLContext context(Digest certificate) {
        try {
            var context = SSLContext.getInstance("TLSv1.3");
            context.init(null, new TrustManager[] {new Pin(certificate)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("JDK 25 has TLS 1.3", e);
        }
    }

    private static final class Pin extends X509ExtendedTrustManager {
        private final Digest expected;

        Pin(Digest expected) {
            this.expected = expected;
        }

        private void check(X509Certificate[] chain) throws CertificateException {
            Digest shown = Digest.of(chain[0].getEncoded());
            if (!shown.equals(expected)) {
                throw new CertificateException(
                        "worker shows certificate " + shown + ", expected " + expected);
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType)
                throws CertificateException {
            check(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw new CertificateException("a client is not asked for certificates of clients");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw new CertificateException("a client is not asked for certificates of clients");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType)
                throws CertificateException {
            throw new CertificateException("a client is not asked for certificates of clients");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
