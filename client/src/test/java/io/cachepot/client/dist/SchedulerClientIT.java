package io.cachepot.client.dist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cachepot.protocol.AllocJobRequest;
import io.cachepot.protocol.AllocJobResponse;
import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.Digest;
import io.cachepot.protocol.ErrorBody;
import io.cachepot.protocol.Grant;
import io.cachepot.protocol.JobId;
import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.ToolchainId;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
import io.cachepot.protocol.wire.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Schedulers that are well, dead, frozen or cut off from their grid, behind real ports. */
@Timeout(60)
class SchedulerClientIT {
    private static final ToolchainId GCC = new ToolchainId(Digest.of(Bytes.utf8("gcc")));

    /** Long enough that only a look at the scheduler's health ends it. */
    private static final AllocJobRequest REQUEST = AllocJobRequest.of(GCC, 1, 50_000, "c");

    private final List<AutoCloseable> opened = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    /** Answers calls for grants by {@code answer}, and says that it is alive. */
    private Scheduler scheduler(Answering answer) throws IOException {
        var scheduler = new Scheduler(answer);
        opened.add(scheduler);
        return scheduler;
    }

    private interface Answering {
        Object to(HttpExchange exchange) throws IOException;
    }

    private static final class Scheduler implements AutoCloseable {
        private final HttpServer server;
        private final AtomicInteger calls = new AtomicInteger();

        Scheduler(Answering answering) throws IOException {
            var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            server = HttpServer.create(address, 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext(Routes.LIVE, exchange -> send(exchange, 200, "alive"));
            server.createContext(
                    Routes.ALLOC_JOB,
                    exchange -> {
                        calls.incrementAndGet();
                        Object answer = answering.to(exchange);
                        send(exchange, answer instanceof ErrorBody ? 503 : 200, answer);
                    });
            server.start();
        }

        private static void send(HttpExchange exchange, int status, Object answer)
                throws IOException {
            byte[] body = Json.encode(answer);
            exchange.getResponseHeaders()
                    .set(Headers.PROTOCOL, Integer.toString(ProtocolVersion.CURRENT));
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        }

        URI url() {
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
        }

        @Override
        public void close() {
            server.stop(0);
        }
    }

    private static AllocJobResponse granted(String worker) {
        return new AllocJobResponse.Granted(
                List.of(
                        new Grant(
                                new JobId("00112233445566778899aabbccddeeff"),
                                new WorkerId(worker),
                                "https://" + worker + "/",
                                Digest.EMPTY,
                                "token",
                                1_000,
                                true)));
    }

    /** Asks them in this order. */
    private SchedulerClient client(URI... schedulers) {
        var client = new SchedulerClient(List.of(schedulers), () -> "t", "b", new Random(1));
        opened.add(client);
        return client;
    }

    /** A port where connections are taken and nothing is ever said: a frozen process. */
    private URI frozen() throws IOException {
        var socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        opened.add(socket);
        return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
    }

    private static URI dead() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/");
        }
    }

    private static String worker(AllocJobResponse response) {
        return ((AllocJobResponse.Granted) response).grants().getFirst().worker().address();
    }

    @Test
    void aDeadSchedulerIsPassedOver() throws Exception {
        // Given
        Scheduler good = scheduler(_ -> granted("good:1"));
        SchedulerClient client = client(dead(), good.url());

        // Then
        for (int i = 0; i < 20; i++) {
            assertThat(worker(client.alloc(REQUEST))).isEqualTo("good:1");
        }
        assertThat(client.inUse()).isEqualTo(good.url());
    }

    @Test
    void aFrozenSchedulerDoesNotHoldUpWhoWaitsAtIt() throws Exception {
        // Given
        Scheduler good = scheduler(_ -> granted("good:1"));
        SchedulerClient client = client(frozen(), good.url());

        // When: it would wait for 55 s, which the test's time-out would not
        AllocJobResponse response = client.alloc(REQUEST);

        // Then
        assertThat(worker(response)).isEqualTo("good:1");
    }

    @Test
    void aSlowSchedulerThatIsAliveIsWaitedFor() throws Exception {
        // Given
        Scheduler slow =
                scheduler(_ -> {
                    pause(2_500);
                    return granted("slow:1");
                });
        Scheduler other = scheduler(_ -> granted("other:1"));

        // When
        AllocJobResponse response = client(slow.url(), other.url()).alloc(REQUEST);

        // Then
        assertThat(worker(response)).isEqualTo("slow:1");
        assertThat(other.calls).hasValue(0);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aSchedulerWithoutItsGridIsPassedOver() throws Exception {
        // Given
        Scheduler gridless = scheduler(_ -> new ErrorBody("unavailable", "the grid is down"));
        Scheduler good = scheduler(_ -> granted("good:1"));
        SchedulerClient client = client(gridless.url(), good.url());

        // When
        for (int i = 0; i < 20; i++) {
            assertThat(worker(client.alloc(REQUEST))).isEqualTo("good:1");
        }

        // Then
        assertThat(gridless.calls).hasValueLessThan(5);
    }

    @Test
    void oneThatRefusesAtOnceMayKnowLessThanTheOther() throws Exception {
        // Given
        Scheduler alone =
                scheduler(_ -> new AllocJobResponse.Refused("no worker is connected", 1_000));
        Scheduler good = scheduler(_ -> granted("good:1"));

        // When
        AllocJobResponse response = client(alone.url(), good.url()).alloc(REQUEST);

        // Then
        assertThat(worker(response)).isEqualTo("good:1");
    }

    @Test
    void whenAllRefuseTheFirstReasonIsGiven() throws Exception {
        // Given
        Scheduler one = scheduler(_ -> new AllocJobResponse.Refused("one", 1_000));
        Scheduler two = scheduler(_ -> new AllocJobResponse.Refused("two", 1_000));

        // Then
        assertThat(client(one.url(), two.url()).alloc(REQUEST))
                .isEqualTo(new AllocJobResponse.Refused("one", 1_000));
    }

    @Test
    void whenAllAreDeadTheyAreNotAskedByEachCompile() throws Exception {
        // Given
        SchedulerClient client = client(dead(), dead());
        var first = catchThrowableOfType(DistException.class, () -> client.alloc(REQUEST));

        // When
        var second = catchThrowableOfType(DistException.class, () -> client.alloc(REQUEST));

        // Then
        assertThat(first).hasMessageContaining("can not be reached");
        assertThat(second).hasMessage(first.getMessage()).isNotSameAs(first);
    }

    @Test
    void manyThatWaitAtAFrozenOneAllMoveOn() throws Exception {
        // Given
        Scheduler good = scheduler(_ -> granted("good:1"));
        SchedulerClient client = client(frozen(), good.url());

        // When
        var workers = new ArrayList<String>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var asked = new ArrayList<Future<AllocJobResponse>>();
            for (int i = 0; i < 30; i++) {
                asked.add(threads.submit(() -> client.alloc(REQUEST)));
            }
            for (var each : asked) {
                workers.add(worker(each.get()));
            }
        }

        // Then
        assertThat(workers).hasSize(30).containsOnly("good:1");
        assertThat(good.calls).hasValue(30);
    }

    @Test
    void eachIsShownWhateverTheOthersDo() throws Exception {
        // When
        URI dead = dead();
        URI frozen = frozen();
        var asked = client(dead, frozen).askAll();

        // Then
        assertThat(asked).extracting(SchedulerClient.Asked::url).containsExactly(dead, frozen);
        assertThat(asked).allMatch(each -> each.status().isEmpty());
        assertThat(asked.getFirst().trouble()).contains(dead.toString());
    }
}
