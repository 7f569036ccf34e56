package io.cachepot.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.cachepot.protocol.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a process left, and the order in which it came. */
final class Received implements SandboxReceiver {
    private final List<String> events = new ArrayList<>();
    private String stdout = "";
    private String stderr = "";
    private final List<Output> outputs = new ArrayList<>();

    record Output(String path, String content, boolean executable) {}

    @Override
    public void stdout(Bytes bytes) {
        events.add("stdout");
        stdout = bytes.toUtf8();
    }

    @Override
    public void stderr(Bytes bytes) {
        events.add("stderr");
        stderr = bytes.toUtf8();
    }

    @Override
    public void output(String path, long sizeBytes, boolean executable, InputStream content)
            throws IOException {
        byte[] bytes = content.readAllBytes();
        if (bytes.length != sizeBytes) {
            throw new IOException(path + " has " + bytes.length + " bytes, said " + sizeBytes);
        }
        events.add(path);
        outputs.add(new Output(path, new String(bytes, UTF_8), executable));
    }

    List<String> events() {
        return events;
    }

    String stdout() {
        return stdout;
    }

    String stderr() {
        return stderr;
    }

    List<Output> outputs() {
        return outputs;
    }
}
