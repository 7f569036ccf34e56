package io.cachepot.client.coordinator;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.config.ConfigException;
import io.cachepot.config.logging.LogKind;
import io.cachepot.config.logging.Logging;
import io.cachepot.config.source.ConfigLoader;
import io.cachepot.config.source.Platform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Starts the coordinator: {@code --socket PATH [--notify-fd N]}. On that descriptor the wrapper
 * that started it reads {@code ok}, or what went wrong.
 */
public final class Main {
    private static final int EXIT_ERROR = 2;

    /** Longer than a coordinator waits for those that it serves. */
    private static final int STOP_SECONDS_MAX = 15;

    private Main() {}

    /** Exits with 0 after a stop, with 2 when it can not start. */
    public static void main(String[] arguments) throws InterruptedException {
        Optional<Path> notify = option(arguments, "--notify-fd").map(Main::descriptor);
        Path socket =
                Path.of(option(arguments, "--socket").orElse("coordinator.sock")).toAbsolutePath();
        try {
            run(socket, notify);
        } catch (ConfigException | IOException e) {
            String problem = String.valueOf(e.getMessage());
            System.err.println("cachepot: error: " + problem);
            tell(notify, problem);
            System.exit(EXIT_ERROR);
        }
        System.exit(0);
    }

    private static Optional<String> option(String[] arguments, String name) {
        for (int i = 0; i + 1 < arguments.length; i++) {
            if (arguments[i].equals(name)) {
                return Optional.of(arguments[i + 1]);
            }
        }
        return Optional.empty();
    }

    /** Java opens no numbered descriptor, Linux names them all. */
    private static Path descriptor(String number) {
        return Path.of("/proc/self/fd").resolve(number);
    }

    private static void run(Path socket, Optional<Path> notify)
            throws IOException, InterruptedException {
        var loaded = new ConfigLoader(Platform.current()).client();
        var config = loaded.config();
        Logging.configure(LogKind.COORDINATOR, config.process().logFilter());
        System.Logger log = System.getLogger(Main.class.getName());
        loaded.warnings().forEach(warning -> log.log(WARNING, warning));
        var closed = new CountDownLatch(1);
        try (var coordinator =
                new Coordinator(
                        config,
                        Platform.current().cachedClientFile(),
                        socket,
                        loaded.warnings(),
                        Version.current())) {
            coordinator.start();
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> stop(coordinator, closed), "stop"));
            log.log(DEBUG, "listening: socket={0}", socket);
            tell(notify, "ok");
            coordinator.awaitStop();
        } finally {
            closed.countDown();
        }
    }

    /** After a signal: the JVM is gone when this returns, so it waits for a tidy end. */
    private static void stop(Coordinator coordinator, CountDownLatch closed) {
        coordinator.stop();
        try {
            if (!closed.await(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                System.err.println("cachepot: warning: stopped before every compile was served");
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void tell(Optional<Path> notify, String line) {
        if (notify.isEmpty()) {
            return;
        }
        try {
            Files.writeString(
                    notify.get(), line.replace('\n', ' ') + "\n", StandardOpenOption.WRITE);
        } catch (IOException e) {
            System.err.println("cachepot: warning: nobody waits for the start: " + e);
        }
    }
}
