package io.cachepot.node.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.cachepot.protocol.Bytes;
import io.cachepot.protocol.ProtocolVersion;
import io.cachepot.protocol.http.Headers;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Speaks HTTP/2 (RFC 9113) frame by frame, also such as no library would send. */
final class Http2Peer implements AutoCloseable {
    static final int DATA = 0;
    static final int HEADERS = 1;
    static final int RST_STREAM = 3;
    static final int SETTINGS = 4;
    static final int PING = 6;
    static final int GOAWAY = 7;
    static final int WINDOW_UPDATE = 8;
    static final int CONTINUATION = 9;

    static final int END_STREAM = 1;
    static final int ACK = 1;
    static final int END_HEADERS = 4;

    private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    private static final int HEADER_BYTES = 9;

    private final Socket plain;
    private final SSLSocket socket;
    private final OutputStream out;
    private final DataInputStream in;

    private Http2Peer(Socket plain, SSLSocket socket) throws IOException {
        this.plain = plain;
        this.socket = socket;
        out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
        in = new DataInputStream(socket.getInputStream());
    }

    /**
     * @param payload of HEADERS the header block, and so on
     */
    record Frame(int type, int flags, int stream, Bytes payload) {}

    /** Greets the server at {@code port} of this machine; it must agree on HTTP/2. */
    static Http2Peer greet(SSLContext tls, int port) throws IOException {
        var plain = new Socket(InetAddress.getLoopbackAddress(), port);
        var socket =
                (SSLSocket) tls.getSocketFactory().createSocket(plain, "localhost", port, true);
        socket.setSoTimeout(RawHttp.TIMEOUT_MILLIS);
        var parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[] {"h2"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        if (!socket.getApplicationProtocol().equals("h2")) {
            throw new IOException("the server does not speak HTTP/2");
        }
        var peer = new Http2Peer(plain, socket);
        peer.out.write(PREFACE.getBytes(US_ASCII));
        peer.send(SETTINGS, 0, 0);
        peer.flush();
        return peer;
    }

    /** Queues a frame. */
    void send(int type, int flags, int stream, byte... payload) throws IOException {
        var header = ByteBuffer.allocate(HEADER_BYTES);
        header.putInt(payload.length << 8 | type).put((byte) flags).putInt(stream);
        out.write(header.array());
        out.write(payload);
    }

    void flush() throws IOException {
        out.flush();
    }

    /** The next frame that comes. */
    Frame read() throws IOException {
        int first = in.readInt();
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] payload = new byte[first >>> 8];
        in.readFully(payload);
        return new Frame(first & 0xff, flags, stream, Bytes.of(payload));
    }

    /** What is read until the server says goodbye or hangs up. */
    boolean isSentAway() throws IOException {
        try {
            while (read().type() != GOAWAY) {
                // what else it has to say
            }
        } catch (EOFException _) {
            return true;
        } catch (IOException e) {
            return !(e instanceof java.net.SocketTimeoutException);
        }
        return true;
    }

    /** A block of headers (RFC 7541), none of them in a table. */
    static byte[] headers(String method, String path, String... namesAndValues) {
        var block = new ByteArrayOutputStream();
        literal(block, ":method", method);
        literal(block, ":scheme", "https");
        literal(block, ":path", path);
        literal(block, ":authority", "localhost");
        literal(
                block,
                Headers.PROTOCOL.toLowerCase(Locale.ROOT),
                Integer.toString(ProtocolVersion.CURRENT));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            literal(block, namesAndValues[i], namesAndValues[i + 1]);
        }
        return block.toByteArray();
    }

    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        string(block, name);
        string(block, value);
    }

    private static void string(ByteArrayOutputStream block, String text) {
        int rest = text.length() - 127;
        if (rest < 0) {
            block.write(text.length());
        } else {
            block.write(127);
            for (; rest >= 128; rest >>>= 7) {
                block.write((rest & 127) | 128);
            }
            block.write(rest);
        }
        block.writeBytes(text.getBytes(US_ASCII));
    }

    /**
     * A block of some kilobytes whose headers are megabytes: one of four kilobytes put into the
     * table, and named over and over.
     */
    static byte[] headersThatGrow(int times) {
        var block = new ByteArrayOutputStream();
        block.writeBytes(headers("GET", "/healthz"));
        block.write(0x40);
        string(block, "x");
        string(block, "a".repeat(4_000));
        for (int i = 0; i < times; i++) {
            block.write(0x80 | 62);
        }
        return block.toByteArray();
    }

    /** Without goodbye, so that a thread that waits until it can write is let go. */
    void hangUp() throws IOException {
        plain.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
