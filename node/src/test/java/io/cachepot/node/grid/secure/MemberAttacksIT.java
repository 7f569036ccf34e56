package io.cachepot.node.grid.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.Config;
import com.hazelcast.config.ServerSocketEndpointConfig;
import com.hazelcast.core.HazelcastInstance;
import io.cachepot.node.grid.secure.ClusterAuthority.Credentials;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Strangers on the member port of real members on loopback; after each the grid is as before. */
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MemberAttacksIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration DAY = Duration.ofDays(1);
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String name = "test-" + UUID.randomUUID();
    private final ClusterAuthority authority = authority();
    private final List<HazelcastInstance> started = new CopyOnWriteArrayList<>();
    private List<MemberTls> tlsOf = List.of();
    private HazelcastInstance one;
    private HazelcastInstance two;
    private HazelcastInstance worker;

    @BeforeAll
    void start() throws GeneralSecurityException {
        tlsOf =
                List.of(
                        tls(authority, MemberRole.SCHEDULER),
                        tls(authority, MemberRole.SCHEDULER),
                        tls(authority, MemberRole.WORKER));
        one = member(Optional.of(tlsOf.get(0)), false, null);
        two = member(Optional.of(tlsOf.get(1)), false, one);
        worker = member(Optional.of(tlsOf.get(2)), true, one);
        one.getMap("workers").put("key", "value");
    }

    /** Whoever came along in the test goes first. */
    @AfterEach
    void theGridIsIntact() throws InterruptedException {
        for (HazelcastInstance stranger : List.copyOf(started)) {
            if (!List.of(one, two, worker).contains(stranger)) {
                stranger.getLifecycleService().terminate();
                started.remove(stranger);
            }
        }
        for (HazelcastInstance member : List.of(one, two, worker)) {
            await(() -> member.getCluster().getMembers().size() == 3);
        }
        assertThat(one.getMap("workers").get("key")).isEqualTo("value");
        assertThat(two.getMap("workers").get("key")).isEqualTo("value");
        assertThat(one.getMap("workers").size()).isEqualTo(1);
    }

    @AfterAll
    void stop() {
        started.reversed().forEach(each -> each.getLifecycleService().terminate());
    }

    private static ClusterAuthority authority() {
        return ClusterAuthority.create("test", RANDOM, Instant.now(), DAY);
    }

    private static MemberTls tls(ClusterAuthority authority, MemberRole role)
            throws GeneralSecurityException {
        return tls(authority.issue(role, "node", RANDOM, Instant.now(), DAY), authority, Set.of());
    }

    private static MemberTls tls(
            Credentials credentials, ClusterAuthority authority, Set<BigInteger> revoked)
            throws GeneralSecurityException {
        return new MemberTls(
                List.of(credentials.certificate()),
                credentials.key(),
                List.of(authority.own().certificate()),
                revoked);
    }

    private HazelcastInstance member(
            Optional<MemberTls> tls, boolean isLite, @Nullable HazelcastInstance other) {
        var config = new Config().setClusterName(name).setLiteMember(isLite);
        config.setProperty("hazelcast.logging.type", "jdk")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.shutdownhook.enabled", "false")
                .setProperty("hazelcast.partition.count", "11")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.max.join.seconds", "5")
                .setProperty("hazelcast.operation.call.timeout.millis", "4000")
                .setProperty("hazelcast.tcp.join.port.try.count", "1");
        config.getJetConfig().setEnabled(false);
        var endpoint = new ServerSocketEndpointConfig().setPort(0);
        endpoint.getInterfaces().setEnabled(true).addInterface("127.0.0.1");
        var network = new AdvancedNetworkConfig().setEnabled(true);
        network.setMemberEndpointConfig(endpoint);
        network.getJoin().getAutoDetectionConfig().setEnabled(false);
        network.getJoin().getMulticastConfig().setEnabled(false);
        network.getJoin().getTcpIpConfig().setEnabled(true);
        if (other != null) {
            network.getJoin().getTcpIpConfig().addMember("127.0.0.1:" + port(other));
        }
        config.setAdvancedNetworkConfig(network);
        HazelcastInstance member = SecureMembers.start(config, tls);
        started.add(member);
        return member;
    }

    private static int port(HazelcastInstance member) {
        return member.getCluster().getLocalMember().getAddress().getPort();
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("waited for too long").isLessThan(deadline);
            Thread.sleep(10);
        }
    }

    /** Who can not get in gives up after a while; so all try at the same time. */
    @Test
    void strangersStayOutside() throws Exception {
        // Given
        var strangers = new TreeMap<String, Optional<MemberTls>>();
        strangers.put("stock member with the right name", Optional.empty());
        strangers.put("another authority", Optional.of(tls(authority(), MemberRole.SCHEDULER)));
        strangers.put(
                "no role",
                Optional.of(
                        tls(
                                authority.issue("visitor", "node", RANDOM, Instant.now(), DAY),
                                authority,
                                Set.of())));
        strangers.put(
                "expired",
                Optional.of(
                        tls(
                                authority.issue(
                                        MemberRole.SCHEDULER,
                                        "node",
                                        RANDOM,
                                        Instant.now().minus(Duration.ofDays(3)),
                                        DAY),
                                authority,
                                Set.of())));
        strangers.put("worker's", Optional.of(tls(authority, MemberRole.WORKER)));

        // When
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (var stranger : strangers.entrySet()) {
                threads.execute(() -> {
                    seen.put(stranger.getKey(), membersSeen(stranger.getValue(), false, one));
                });
            }
        }

        // Then: each is alone, or did not start
        assertThat(seen).hasSameSizeAs(strangers);
        assertThat(seen.values()).allMatch(members -> members <= 1);
        assertThat(one.getCluster().getMembers()).hasSize(3);
    }

    private final Map<String, Integer> seen = new ConcurrentHashMap<>();

    private int membersSeen(Optional<MemberTls> tls, boolean isLite, HazelcastInstance other) {
        try {
            return member(tls, isLite, other).getCluster().getMembers().size();
        } catch (IllegalStateException _) {
            return 0;
        }
    }

    @Test
    void aRevokedCertificateStaysOutside() throws Exception {
        // Given: a grid of one that takes it no longer
        Credentials stolen = authority.issue(MemberRole.WORKER, "node", RANDOM, Instant.now(), DAY);
        Credentials own = authority.issue(MemberRole.SCHEDULER, "node", RANDOM, Instant.now(), DAY);
        var revoked = Set.of(stolen.certificate().getSerialNumber());
        HazelcastInstance strict = member(Optional.of(tls(own, authority, revoked)), false, null);

        // When
        int members = membersSeen(Optional.of(tls(stolen, authority, Set.of())), true, strict);

        // Then
        assertThat(members).isLessThanOrEqualTo(1);
        assertThat(strict.getCluster().getMembers()).hasSize(1);
    }

    @Test
    void aWorkerSeesTheMembersAndALargeValueGoesThrough() {
        assertThat(worker.getCluster().getMembers()).hasSize(3);
        byte[] large = new byte[3_000_000];
        RANDOM.nextBytes(large);
        for (int i = 0; i < 5; i++) {
            one.getMap("large").put(i, large);
            assertThat((byte[]) two.getMap("large").get(i)).isEqualTo(large);
        }
    }

    @Test
    void aWorkerNeitherReadsNorWrites() throws Exception {
        // When: the calls are dropped, so they end by their time
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var read = threads.submit(() -> worker.getMap("workers").get("key"));
            var written = threads.submit(() -> worker.getMap("workers").put("key", "other"));

            // Then
            assertThatThrownBy(read::get).isInstanceOf(ExecutionException.class);
            assertThatThrownBy(written::get).isInstanceOf(ExecutionException.class);
        }
    }

    @Test
    void otherProtocolsAreCutOff() throws Exception {
        // Then: a serialized object and noise as well
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = new ArrayList<Future<?>>();
            for (byte[] first :
                    List.of(
                            ascii("HZC"),
                            ascii("CP2"),
                            ascii("GET /hazelcast/health HTTP/1.1\r\nHost: x\r\n\r\n"),
                            ascii("stats\r\n"),
                            serialized(),
                            new byte[100_000])) {
                all.add(threads.submit(() -> assertIsCutOffAfter(first)));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    private void assertIsCutOffAfter(byte[] first) {
        try (var socket = connect()) {
            socket.getOutputStream().write(first);
            assertIsCutOff(socket);
        } catch (IOException e) {
            assertThat(e).as("a reset").isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] serialized() throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(ascii("HZC"));
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(new ArrayList<>(List.of("gadget")));
        }
        return bytes.toByteArray();
    }

    private Socket connect() throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(one)), 5_000);
        socket.setSoTimeout(30_000);
        return socket;
    }

    private Optional<Socket> open() {
        try {
            return Optional.of(connect());
        } catch (IOException _) {
            return Optional.empty(); // cut off already
        }
    }

    private static void assertIsCutOff(Socket socket) {
        try {
            byte[] answer = socket.getInputStream().readAllBytes();
            assertThat(answer.length).as("an alert at most").isLessThan(64);
        } catch (IOException e) {
            assertThat(e).as("a reset").isNotInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void tlsWithoutACertificateIsCutOff() throws Exception {
        // Given: the right authority, and nothing to show
        var context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new TrustAll()}, RANDOM);

        // Then
        for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
            try (var plain = connect();
                    var socket =
                            (SSLSocket)
                                    context.getSocketFactory()
                                            .createSocket(plain, "localhost", port(one), true)) {
                socket.setEnabledProtocols(new String[] {protocol});
                socket.getOutputStream().write(ascii("HZC"));
                assertThat(socket.getInputStream().readAllBytes()).isEmpty();
            } catch (IOException e) {
                assertThat(e).as("a reset").isNotInstanceOf(SocketTimeoutException.class);
            }
        }
    }

    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    @Test
    void threeHundredIdleSocketsAreClosed() throws Exception {
        // Given
        var sockets = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 300; i++) {
                open().ifPresent(sockets::add);
            }

            // Then: those above the limit at once, the others when their time is up
            for (Socket socket : sockets) {
                assertIsCutOff(socket);
            }
            HazelcastInstance late =
                    member(Optional.of(tls(authority, MemberRole.WORKER)), true, one);
            assertThat(late.getCluster().getMembers()).hasSize(4);
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    @Test
    void theAuthorityIsReplacedWhileTheGridRuns() throws Exception {
        // Given: both authorities are taken for a while
        ClusterAuthority next = authority();
        MemberTls first = tlsOf.get(0);
        MemberTls second = tlsOf.get(1);
        MemberTls third = tlsOf.get(2);
        for (MemberTls each : List.of(first, second, third)) {
            each.become(both(authority, next, each == third));
        }

        // When: a member of the new authority comes
        HazelcastInstance newcomer =
                member(
                        Optional.of(tls(credentials(next, MemberRole.WORKER), next, authority)),
                        true,
                        one);

        // Then
        for (HazelcastInstance member : List.of(one, two, worker, newcomer)) {
            await(() -> member.getCluster().getMembers().size() == 4);
        }
        newcomer.getLifecycleService().terminate();

        // When: all have changed over, and the old authority is taken no more
        for (MemberTls each : List.of(first, second, third)) {
            MemberRole role = each == third ? MemberRole.WORKER : MemberRole.SCHEDULER;
            each.become(tls(credentials(next, role), next));
        }
        int seenByOld = membersSeen(Optional.of(tls(authority, MemberRole.SCHEDULER)), false, one);

        // Then
        assertThat(seenByOld).isLessThanOrEqualTo(1);
        assertThat(one.getCluster().getMembers()).hasSize(3);

        // And back, for the other tests
        for (MemberTls each : List.of(first, second, third)) {
            MemberRole role = each == third ? MemberRole.WORKER : MemberRole.SCHEDULER;
            each.become(tls(credentials(authority, role), authority));
        }
    }

    private MemberTls both(ClusterAuthority now, ClusterAuthority next, boolean isWorker)
            throws GeneralSecurityException {
        MemberRole role = isWorker ? MemberRole.WORKER : MemberRole.SCHEDULER;
        return tls(credentials(now, role), now, next);
    }

    private static Credentials credentials(ClusterAuthority authority, MemberRole role) {
        return authority.issue(role, "node", RANDOM, Instant.now(), DAY);
    }

    private static MemberTls tls(Credentials credentials, ClusterAuthority... trusted)
            throws GeneralSecurityException {
        return new MemberTls(
                List.of(credentials.certificate()),
                credentials.key(),
                Stream.of(trusted).map(each -> each.own().certificate()).toList(),
                Set.of());
    }
}
