package io.cachepot.node.doctor;

import io.cachepot.config.HostPort;
import io.cachepot.protocol.http.Routes;
import io.cachepot.protocol.http.SchedulerHttp;
import io.cachepot.protocol.text.Finding;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks whether addresses can be listened at, and whether others answer. */
final class Doors {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    /** Tokens live for minutes; clocks that differ by more make them stale at birth. */
    private static final Duration SKEW_MAX = Duration.ofSeconds(30);

    private final InstantSource clock;

    Doors(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * Where a node listens, and where others will look for it.
     *
     * @param fix what to do when nobody is there
     */
    static List<Finding> ofNode(HostPort bindAddr, URI publicUrl, String fix) {
        return List.of(
                bind("bind_addr", bindAddr),
                reach("public_addr", publicUrl.getHost(), publicUrl.getPort(), fix));
    }

    /** Somebody who listens there may well be the node that is looked at. */
    static Finding bind(String key, HostPort address) {
        var socket = new InetSocketAddress(address.host(), address.port());
        if (socket.isUnresolved()) {
            return Finding.fail(
                    key,
                    address.host() + " has no address here",
                    "name an address of this machine");
        }
        try (var listener = new ServerSocket()) {
            listener.setReuseAddress(true);
            listener.bind(socket);
            return Finding.ok(key, address + " is free: the node does not run");
        } catch (BindException e) {
            return String.valueOf(e.getMessage()).startsWith("Address already in use")
                    ? Finding.ok(key, address + " is taken: by the node, if it runs")
                    : Finding.fail(
                            key,
                            address + " can not be listened at: " + e.getMessage(),
                            "name an address of this machine, and a port above 1023");
        } catch (IOException e) {
            return Finding.fail(key, address + ": " + e, "name an address of this machine");
        }
    }

    /** Whether somebody listens where others will look for this node. */
    static Finding reach(String key, String host, int port, String fix) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), (int) TIMEOUT.toMillis());
            return Finding.ok(key, host + ":" + port + " can be reached from here");
        } catch (IOException e) {
            return Finding.warn(
                    key,
                    host + ":" + port + " can not be reached from here: " + e.getMessage(),
                    fix);
        }
    }

    /** Whether a scheduler is there, is of use, and agrees on the time. */
    List<Finding> scheduler(String key, URI url) throws InterruptedException {
        var findings = new ArrayList<Finding>();
        try (HttpClient http = SchedulerHttp.client(List.of(url), TIMEOUT)) {
            HttpResponse<String> ready = get(http, url.resolve(Routes.READY));
            if (ready.statusCode() == 200) {
                findings.add(Finding.ok(key, url + " is ready"));
            } else {
                findings.add(
                        Finding.warn(
                                key,
                                url + " answers " + ready.statusCode() + ": " + line(ready.body()),
                                "see its log, and cachepot-dist status"));
            }
            skew(url, ready).ifPresent(findings::add);
        } catch (IOException e) {
            findings.add(
                    Finding.fail(
                            key,
                            url + " does not answer: " + reason(e),
                            "start it, or open its port to this machine"));
        }
        return findings;
    }

    private static HttpResponse<String> get(HttpClient http, URI url)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(url).timeout(TIMEOUT).GET().build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private Optional<Finding> skew(URI url, HttpResponse<?> answer) {
        Instant here = clock.instant();
        return answer.headers()
                .firstValue("date")
                .flatMap(Doors::time)
                .filter(there -> Duration.between(there, here).abs().compareTo(SKEW_MAX) > 0)
                .map(there ->
                        Finding.fail(
                                "clock",
                                "here it is " + here + ", at " + url + " " + there,
                                "set both clocks, with chrony or systemd-timesyncd: tokens are good"
                                        + " for minutes"));
    }

    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(
                    ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
        } catch (DateTimeException _) {
            return Optional.empty(); // not one of ours; others may write what they like
        }
    }

    private static String line(String text) {
        return String.join(" ", text.lines().limit(4).toList());
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
