package io.cachepot.node.worker;

import java.text.MessageFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** What one logger says while this is open. */
final class LogLines implements AutoCloseable {
    private final Logger logger;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final Handler handler =
            new Handler() {
                @Override
                public void publish(LogRecord line) {
                    lines.add(
                            line.getLevel()
                                    + " "
                                    + MessageFormat.format(
                                            line.getMessage(), line.getParameters()));
                }

                @Override
                public void flush() {}

                @Override
                public void close() {}
            };

    LogLines(Class<?> type) {
        logger = Logger.getLogger(type.getName());
        logger.addHandler(handler);
    }

    /** The next line that begins so; gives up after a minute. */
    String await(String beginning) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (true) {
            String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new AssertionError("no line '" + beginning + "' came within a minute");
            }
            if (line.startsWith(beginning)) {
                return line;
            }
        }
    }

    /** Those not taken yet that begin so. */
    Stream<String> left(String beginning) {
        return lines.stream().filter(line -> line.startsWith(beginning));
    }

    @Override
    public void close() {
        logger.removeHandler(handler);
    }
}
