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
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;

/** Talks to one start of one worker: its certificate is the only one believed. */
final class WorkerClient implements AutoCloseable {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

    /** A worker says something every second while a job runs; this one is frozen or cut off. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(5);

    /** Unpacking a large toolchain takes a while, and the answer comes after it. */
    private static final Duration TOOLCHAIN_TIMEOUT = Duration.ofMinutes(10);

    /** The answer's head is looked for when the whole request is sent: 1 MB a second at least. */
    private static final long BYTES_PER_MILLI_MIN = 1_000;

    private static final int BUFFER_BYTES = 64 << 10;

    private final String who;
    private final URI url;
    private final Uploads uploads;
    private final HttpClient http;

    WorkerClient(String workerUrl, Digest certificate, Uploads uploads) {
        this.uploads = uploads;
        who = "worker " + workerUrl;
        url = URI.create(workerUrl);
        http =
                HttpClient.newBuilder()
                        .connectTimeout(CONNECT_TIMEOUT)
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(PinnedTls.context(certificate))
                        .build();
    }

    private HttpRequest.Builder request(String route, String token) {
        return HttpRequest.newBuilder(url.resolve(route))
                .header(Headers.PROTOCOL, Integer.toString(ProtocolVersion.CURRENT))
                .header(Headers.AUTHORIZATION, Headers.BEARER + token);
    }

    /** Sends an archive and waits until it is unpacked. */
    SubmitToolchainResult submitToolchain(Grant grant, ToolchainArchive toolchain)
            throws DistException, InterruptedException {
        try (var upload = uploads.begin(toolchain.id(), url.toString(), toolchain.file())) {
            var request =
                    request(Routes.submitToolchain(grant.job()), grant.token())
                            .timeout(TOOLCHAIN_TIMEOUT)
                            .header("Content-Type", Headers.OCTETS)
                            .POST(upload.body())
                            .build();
            var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            return Answers.read(who, response, SubmitToolchainResult.class);
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
            var request =
                    request(Routes.runJob(grant.job()), grant.token())
                            .timeout(SILENCE_MAX.plusMillis(body.sizeBytes() / BYTES_PER_MILLI_MIN))
                            .header("Content-Type", Headers.PARTS)
                            .POST(body.publisher())
                            .build();
            var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream answer = new WatchedInputStream(response.body(), SILENCE_MAX)) {
                Answers.check(who, response);
                return read(answer, job, outputs);
            }
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
            var request =
                    request(Routes.fetchResult(key), token).timeout(SILENCE_MAX).GET().build();
            var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = new WatchedInputStream(response.body(), SILENCE_MAX)) {
                Answers.check(who, response);
                return read(body, job, outputs);
            }
        } catch (IOException e) {
            Interruptions.check(e);
            throw failed("result not fetched", e);
        } catch (WireException e) {
            throw failed("answer of the worker not understood", e);
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

    @Override
    public void close() {
        http.shutdownNow();
    }
}
