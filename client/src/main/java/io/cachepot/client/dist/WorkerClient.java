package io.cachepot.client.dist;

import io.cachepot.client.cache.OutputFiles;
import io.cachepot.client.packaging.ToolchainArchive;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.RunJobResult;
import io.cachepot.protocol.SubmitToolchainResult;
import io.cachepot.protocol.auth.PinnedTls;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
import io.cachepot.protocol.wire.JobStream;
import io.cachepot.protocol.wire.PartStreamReader;
import io.cachepot.protocol.wire.PartStreamWriter;
import io.cachepot.protocol.wire.ResultStream;
import io.cachepot.protocol.wire.WireException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Talks to one start of one worker: its certificate is the only one believed. A request is made in
 * the thread that asks, without another one between it and the socket: each hop would cost a
 * compile some 50 microseconds.
 */
final class WorkerClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /** A worker says something every second while a job runs; this one is frozen or cut off. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(5);

    /** Unpacking a large toolchain takes a while, and the answer comes after it. */
    private static final Duration TOOLCHAIN_TIMEOUT = Duration.ofMinutes(10);

    /** The answer's head is looked for when the whole request is sent: 1 MB a second at least. */
    private static final long BYTES_PER_MILLI_MIN = 1_000;

    /** A connection that nobody used for so long is looked at before it is used. */
    private static final Duration TRUSTED = Duration.ofSeconds(1);

    /** Less than a worker waits for the next request. */
    private static final Duration IDLE_MAX = Duration.ofSeconds(60);

    /** As many as there are compiles at once: permits are the bound. */
    private static final int CONNECTIONS_MAX = 10_000;

    private static final int BUFFER_BYTES = 64 << 10;

    private final String who;
    private final URI url;
    private final HttpHost host;
    private final Uploads uploads;
    private final ScheduledExecutorService timer;
    private final Duration silenceMax;
    private final PoolingHttpClientConnectionManager connections;
    private final CloseableHttpClient http;

    /**
     * @param timer cuts off whoever is silent
     */
    WorkerClient(
            String workerUrl, Digest certificate, Uploads uploads, ScheduledExecutorService timer) {
        this(workerUrl, certificate, uploads, timer, SILENCE_MAX);
    }

    /**
     * @param silenceMax for tests
     */
    WorkerClient(
            String workerUrl,
            Digest certificate,
            Uploads uploads,
            ScheduledExecutorService timer,
            Duration silenceMax) {
        this.uploads = uploads;
        this.timer = timer;
        this.silenceMax = silenceMax;
        who = "worker " + workerUrl;
        url = URI.create(workerUrl);
        host = new HttpHost(url.getScheme(), url.getHost(), url.getPort());
        connections =
                PoolingHttpClientConnectionManagerBuilder.create()
                        .setTlsSocketStrategy(
                                new DefaultClientTlsStrategy(
                                        PinnedTls.context(certificate),
                                        HostnameVerificationPolicy.CLIENT,
                                        NoopHostnameVerifier.INSTANCE))
                        .setDefaultConnectionConfig(
                                ConnectionConfig.custom()
                                        .setConnectTimeout(Timeout.of(CONNECT_TIMEOUT))
                                        .setValidateAfterInactivity(TimeValue.of(TRUSTED))
                                        .build())
                        .setDefaultTlsConfig(
                                TlsConfig.custom()
                                        .setHandshakeTimeout(Timeout.of(silenceMax))
                                        .build())
                        .setMaxConnTotal(CONNECTIONS_MAX)
                        .setMaxConnPerRoute(CONNECTIONS_MAX)
                        .build();
        http = HttpClients.createMinimal(connections);
    }

    private HttpGet get(String route, String token) {
        return request(new HttpGet(url.resolve(route)), token);
    }

    private HttpPost post(String route, String token, HttpEntity body) {
        var request = request(new HttpPost(url.resolve(route)), token);
        request.setEntity(body);
        return request;
    }

    private static <T extends HttpUriRequestBase> T request(T request, String token) {
        request.addHeader(Headers.PROTOCOL, Integer.toString(ProtocolVersion.CURRENT));
        request.addHeader(Headers.AUTHORIZATION, Headers.BEARER + token);
        return request;
    }

    /**
     * A request and its answer. What the worker has not sent to its end by the time that this is
     * closed costs the connection.
     */
    private final class Exchange implements AutoCloseable {
        private final SilenceWatch watch;
        private final ClassicHttpResponse response;

        /**
         * Sends the request and waits for the answer's head.
         *
         * @param patience for both of it
         */
        Exchange(HttpUriRequestBase request, Duration patience) throws IOException {
            watch = new SilenceWatch(timer, patience, request::cancel);
            try {
                response = http.executeOpen(host, request, null);
            } catch (IOException e) {
                watch.close();
                throw watch.told(e);
            }
        }

        int status() {
            return response.getCode();
        }

        Optional<String> protocol() {
            return Optional.ofNullable(response.getFirstHeader(Headers.PROTOCOL))
                    .map(Header::getValue);
        }

        /** The body; it may be silent for so long as any worker may. */
        InputStream body() throws IOException {
            HttpEntity entity = response.getEntity();
            return entity == null
                    ? InputStream.nullInputStream()
                    : watch.over(entity.getContent(), silenceMax);
        }

        @Override
        public void close() throws IOException {
            watch.close();
            response.close();
        }
    }

    /** Sends an archive and waits until it is unpacked. */
    SubmitToolchainResult submitToolchain(Grant grant, ToolchainArchive toolchain)
            throws DistException, InterruptedException {
        try (var upload = uploads.begin(toolchain.id(), url.toString(), toolchain.file())) {
            var request = post(Routes.submitToolchain(grant.job()), grant.token(), upload.body());
            try (var exchange = new Exchange(request, TOOLCHAIN_TIMEOUT)) {
                return Answers.read(
                        who,
                        exchange.status(),
                        exchange.protocol(),
                        exchange.body(),
                        SubmitToolchainResult.class);
            }
        } catch (IOException e) {
            Interruptions.check(e);
            throw failed("toolchain not sent", e);
        }
    }

    /** What a worker answered. */
    record Answer(RunJobResult result, Bytes stdout, Bytes stderr) {}

    /**
     * Runs a job.
     *
     * @param blobs digests whose content goes along
     * @param spool where a large body waits
     * @param outputs takes what comes back; void unless this method returns
     */
    Answer runJob(
            Grant grant,
            RemoteJob job,
            Collection<Digest> blobs,
            RequestBody.Naming spool,
            OutputFiles outputs)
            throws DistException, InterruptedException {
        try (var body = new RequestBody(spool)) {
            write(job, blobs, body);
            var request = post(Routes.runJob(grant.job()), grant.token(), body.entity());
            var patience = silenceMax.plusMillis(body.sizeBytes() / BYTES_PER_MILLI_MIN);
            return ask(request, patience, job, outputs);
        } catch (RequestBody.Failure e) {
            throw new SpoolException("no room for the request: " + e.getMessage(), e);
        } catch (IOException e) {
            Interruptions.check(e);
            throw failed("job not run", e);
        } catch (WireException e) {
            throw failed("answer of the worker not understood", e);
        }
    }

    /**
     * Fetches a result that the worker keeps.
     *
     * @param outputs takes what comes back; void unless this method returns
     * @throws RefusedException when it keeps it no more
     */
    Answer result(String token, Digest key, RemoteJob job, OutputFiles outputs)
            throws DistException, InterruptedException {
        try {
            return ask(get(Routes.fetchResult(key), token), silenceMax, job, outputs);
        } catch (IOException e) {
            Interruptions.check(e);
            throw failed("result not fetched", e);
        } catch (WireException e) {
            throw failed("answer of the worker not understood", e);
        }
    }

    private Answer ask(
            HttpUriRequestBase request, Duration patience, RemoteJob job, OutputFiles outputs)
            throws DistException, IOException {
        try (var exchange = new Exchange(request, patience)) {
            InputStream body = exchange.body();
            Answers.check(who, exchange.status(), exchange.protocol(), body);
            return read(body, job, outputs);
        }
    }

    private static void write(RemoteJob job, Collection<Digest> blobs, RequestBody body)
            throws IOException {
        var out = new BufferedOutputStream(body, BUFFER_BYTES);
        var parts = new PartStreamWriter(out);
        JobStream.writeHead(parts, job.job());
        for (Digest digest : blobs) {
            Path source = job.sources().get(digest);
            if (source == null) {
                throw new IOException("no file here has the content " + digest);
            }
            try (var content = Files.newInputStream(source)) {
                JobStream.writeBlob(parts, digest, content, Files.size(source));
            }
        }
        parts.end();
        out.flush();
    }

    private Answer read(InputStream body, RemoteJob job, OutputFiles outputs) throws IOException {
        var stdio = new Bytes[] {Bytes.EMPTY, Bytes.EMPTY};
        var receiver =
                new ResultStream.Receiver() {
                    @Override
                    public void stdio(Bytes stdout, Bytes stderr) {
                        stdio[0] = stdout;
                        stdio[1] = stderr;
                    }

                    @Override
                    public void output(
                            int index, boolean isExecutable, long sizeBytes, InputStream content)
                            throws IOException {
                        outputs.add(job.targets().get(index), isExecutable, content);
                    }
                };
        var buffered = new BufferedInputStream(body, BUFFER_BYTES);
        var result =
                ResultStream.read(
                        new PartStreamReader(buffered, who), job.targets().size(), receiver);
        // A body that is not read to its end costs the connection, and the next job a handshake.
        if (buffered.read() >= 0) {
            throw new WireException(who + " sent something after the end of its answer");
        }
        return new Answer(result, stdio[0], stdio[1]);
    }

    private DistException failed(String what, Exception e) {
        return new DistException(who + ": " + what + ": " + SchedulerClient.reason(e), e);
    }

    /** Gives up connections that are not used. */
    void tidy() {
        connections.closeIdle(TimeValue.of(IDLE_MAX));
    }

    /** Ends all requests. */
    @Override
    public void close() {
        http.close(CloseMode.IMMEDIATE);
    }
}
