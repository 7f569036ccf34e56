package io.cachepot.protocol.http;

import io.cachepot.protocol.auth.SystemTrust;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Collection;

/** How clients and workers reach schedulers. */
public final class SchedulerHttp {
    private SchedulerHttp() {}

    /**
     * HTTP/1.1, over TLS with the authorities that this machine trusts; those are read only when
     * one of {@code schedulers} is {@code https}, for that takes a while.
     */
    public static HttpClient client(Collection<URI> schedulers, Duration connectTimeout) {
        var builder =
                HttpClient.newBuilder()
                        .connectTimeout(connectTimeout)
                        .version(HttpClient.Version.HTTP_1_1);
        if (schedulers.stream().anyMatch(url -> url.getScheme().equals("https"))) {
            builder.sslContext(SystemTrust.context(System.getenv()));
        }
        return builder.build();
    }
}
