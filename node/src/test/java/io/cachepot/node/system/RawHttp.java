package io.cachepot.node.system;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.http.Headers;
import io.cachepot.protocol.http.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;

/** Requests of HTTP/1.1 that no library would send, and what came back. */
final class RawHttp {
    static final int TIMEOUT_MILLIS = 60_000;

    /** None of them is a body. */
    static final List<String> BROKEN_CHUNKS =
            List.of("ffffffffffffffff\r\n", "-1\r\n\r\n", "5\r\nabcdeX\r\n0\r\n\r\n", "zz\r\n");

    private static final int CHUNK_BYTES = 1 << 16;
    private static final int ANSWER_CHARS_MAX = 100_000;

    private final Opener opener;

    /** Connects to whom the requests are for. */
    @FunctionalInterface
    interface Opener {
        Socket open() throws IOException;
    }

    RawHttp(Opener opener) {
        this.opener = opener;
    }

    Socket open() throws IOException {
        Socket socket = opener.open();
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    /** The beginning of a request in the protocol's current version. */
    static String head(String route, String... headers) {
        return head(ProtocolVersion.CURRENT, route, headers);
    }

    /** The same in another version. */
    static String head(int version, String route, String... headers) {
        var head = new StringBuilder(route).append(" HTTP/1.1\r\nHost: localhost\r\n");
        head.append(Headers.PROTOCOL).append(": ").append(version).append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.append("\r\n").toString();
    }

    /**
     * Until the peer hangs up; what came before it did so with an error.
     *
     * @throws SocketTimeoutException when it does not
     */
    static String answer(Socket socket) throws SocketTimeoutException {
        var answer = new StringBuilder();
        try {
            InputStream in = socket.getInputStream();
            byte[] some = new byte[8_192];
            for (int read = in.read(some);
                    read > 0 && answer.length() < ANSWER_CHARS_MAX;
                    read = in.read(some)) {
                answer.append(new String(some, 0, read, ISO_8859_1));
            }
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException _) {
            // It has hung up.
        }
        return answer.toString();
    }

    /** What {@code request} is answered with. */
    String answerTo(String request) throws IOException {
        try (Socket socket = open()) {
            send(socket, request);
            return answer(socket);
        }
    }

    /** What a request is answered with that is cut off after {@code beginning}. */
    String answerToBeginning(String beginning) throws IOException {
        try (Socket socket = open()) {
            send(socket, beginning);
            socket.shutdownOutput();
            return answer(socket);
        }
    }

    private static void send(Socket socket, String request) {
        try {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        } catch (IOException _) {
            // It has hung up already; it may have said why.
        }
    }

    String answerToLargeHeader() throws IOException {
        return answerTo(head("GET " + Routes.LIVE, "X-Large: " + "a".repeat(1 << 20)));
    }

    /** A message whose chunks are {@code chunks}. */
    static String chunked(String chunks) {
        return head("POST " + Routes.ALLOC_JOB, "Transfer-Encoding: chunked") + chunks;
    }

    /** Two requests in one, to somebody who counts differently. */
    String answerToTwoLengths() throws IOException {
        return answerTo(
                head("POST " + Routes.ALLOC_JOB, "Content-Length: 5", "Transfer-Encoding: chunked")
                        + "0\r\n\r\n"
                        + head("GET " + Routes.LIVE));
    }

    /**
     * How many of ten gigabytes go out after {@code head} before the peer has enough.
     *
     * @param isChunked whether they are sent as chunks
     */
    long sentInVain(String head, boolean isChunked) {
        long sent = 0;
        byte[] chunk = new byte[CHUNK_BYTES];
        try (Socket socket = open()) {
            OutputStream out = socket.getOutputStream();
            out.write(head.getBytes(US_ASCII));
            while (sent < 10L << 30) {
                if (isChunked) {
                    out.write("10000\r\n".getBytes(US_ASCII));
                }
                out.write(chunk);
                if (isChunked) {
                    out.write("\r\n".getBytes(US_ASCII));
                }
                sent += chunk.length;
            }
        } catch (IOException _) {
            // Cut off.
        }
        return sent;
    }
}
