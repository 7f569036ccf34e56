package io.cachepot.node;

import io.cachepot.node.ClusterOptions.Role;
import io.cachepot.node.operator.ClusterReader;
import io.cachepot.node.operator.ClusterText;
import io.cachepot.node.operator.Screen;
import io.cachepot.protocol.JobDetails;
import io.cachepot.protocol.SchedulerStatus;
import io.cachepot.protocol.SeenBuild;
import io.cachepot.protocol.ToolchainDetails;
import io.cachepot.protocol.WorkerDetails;
import io.cachepot.protocol.WorkerId;
import io.cachepot.protocol.http.Routes;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What a cluster is doing, once, as text or as JSON; and which workers shall do nothing. */
final class OperatorCommands {
    private OperatorCommands() {}

    /**
     * One view.
     *
     * @param <T> what a scheduler answers
     */
    abstract static class View<T> implements Callable<Integer> {
        private final String route;
        private final Class<T> type;

        @Mixin private final ClusterOptions options = new ClusterOptions();

        @Option(names = "--json", description = "Print what the scheduler answers, as it is.")
        private boolean isJson;

        @Spec private @Nullable CommandSpec spec;

        View(String route, Class<T> type) {
            this.route = route;
            this.type = type;
        }

        /** For people. */
        abstract String text(T answer);

        @Override
        public Integer call() throws IOException, InterruptedException {
            try (ClusterReader reader = options.open(Role.VIEWER)) {
                String text =
                        isJson
                                ? new String(reader.read(route), StandardCharsets.UTF_8) + "\n"
                                : text(reader.read(route, type));
                PrintWriter out = AuthCommand.out(spec);
                out.print(text);
                out.flush();
                return 0;
            }
        }
    }

    @Command(
            name = "status",
            description = "Show how a cluster is on the whole.",
            mixinStandardHelpOptions = true)
    static final class Status extends View<SchedulerStatus> {
        Status() {
            super(Routes.STATUS, SchedulerStatus.class);
        }

        @Override
        String text(SchedulerStatus answer) {
            return ClusterText.status(answer);
        }
    }

    @Command(
            name = "workers",
            description = {
                "List the workers of a cluster.",
                "JOBS is how many of its permits are taken, PACE how fast its jobs run against"
                        + " what was expected, HEARD how long ago it reported."
            },
            mixinStandardHelpOptions = true)
    static final class Workers extends View<WorkerDetails[]> {
        Workers() {
            super(Routes.WORKERS, WorkerDetails[].class);
        }

        @Override
        String text(WorkerDetails[] answer) {
            return ClusterText.workers(List.of(answer));
        }
    }

    @Command(
            name = "jobs",
            description = "List the jobs under way, and those that ended last.",
            mixinStandardHelpOptions = true)
    static final class Jobs extends View<JobDetails[]> {
        Jobs() {
            super(Routes.JOBS, JobDetails[].class);
        }

        @Override
        String text(JobDetails[] answer) {
            return ClusterText.jobs(List.of(answer), System.currentTimeMillis());
        }
    }

    @Command(
            name = "builds",
            description = {
                "List the builds that clients told of, the latest first.",
                "HITS is how many of ALL its compiles a cache answered, REMOTE how many workers did,"
                        + " HOME how many the client's own machine."
            },
            mixinStandardHelpOptions = true)
    static final class Builds extends View<SeenBuild[]> {
        Builds() {
            super(Routes.BUILDS, SeenBuild[].class);
        }

        @Override
        String text(SeenBuild[] answer) {
            return ClusterText.builds(List.of(answer));
        }
    }

    @Command(
            name = "toolchains",
            description = "List the toolchains of a cluster and the workers that hold them.",
            mixinStandardHelpOptions = true)
    static final class Toolchains extends View<ToolchainDetails[]> {
        Toolchains() {
            super(Routes.TOOLCHAINS, ToolchainDetails[].class);
        }

        @Override
        String text(ToolchainDetails[] answer) {
            return ClusterText.toolchains(List.of(answer));
        }
    }

    /** A worker whom a scheduler is told something of. */
    abstract static class Change implements Callable<Integer> {
        @Mixin private final ClusterOptions options = new ClusterOptions();

        @Parameters(paramLabel = "HOST:PORT", description = "The worker's public_addr.")
        private String worker = "";

        /** Tells it. */
        abstract void change(ClusterReader cluster, WorkerId id)
                throws IOException, InterruptedException;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var id = new WorkerId(worker);
            try (ClusterReader cluster = options.open(Role.OPERATOR)) {
                change(cluster, id);
            }
            return 0;
        }
    }

    @Command(
            name = "drain",
            description = "Give a worker no more jobs, whether it starts anew or not.",
            mixinStandardHelpOptions = true)
    static final class Drain extends Change {
        private static final long LOOK_MILLIS = 200;

        @Option(
                names = "--wait-secs",
                paramLabel = "SECONDS",
                defaultValue = "0",
                description = "Wait so long until it has no job any more (default 0).")
        private int waitSecs;

        @Override
        void change(ClusterReader cluster, WorkerId id) throws IOException, InterruptedException {
            cluster.post(Routes.drain(id));
            long deadline = System.nanoTime() + Duration.ofSeconds(waitSecs).toNanos();
            while (waitSecs > 0) {
                int jobs = jobs(cluster, id);
                if (jobs == 0) {
                    return;
                }
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException(
                            "worker "
                                    + id
                                    + " is drained and has "
                                    + jobs
                                    + " jobs still after "
                                    + waitSecs
                                    + " s");
                }
                Thread.sleep(LOOK_MILLIS);
            }
        }

        private static int jobs(ClusterReader cluster, WorkerId id)
                throws IOException, InterruptedException {
            return Stream.of(cluster.read(Routes.WORKERS, WorkerDetails[].class))
                    .filter(each -> each.id().equals(id))
                    .mapToInt(each -> each.jobs().size())
                    .sum();
        }
    }

    @Command(
            name = "undrain",
            description = "Give a worker jobs again.",
            mixinStandardHelpOptions = true)
    static final class Undrain extends Change {
        @Override
        void change(ClusterReader cluster, WorkerId id) throws IOException, InterruptedException {
            cluster.post(Routes.undrain(id));
        }
    }

    @Command(
            name = "top",
            description = {
                "Watch a cluster: its workers and the jobs under way, again and again until Ctrl-C.",
                "Where the output is no terminal, it is shown once, or --rounds times."
            },
            mixinStandardHelpOptions = true)
    static final class Top implements Callable<Integer> {
        @Mixin private final ClusterOptions options = new ClusterOptions();

        @Option(
                names = "--interval-millis",
                paramLabel = "MILLISECONDS",
                defaultValue = "1000",
                description = "Between two looks, at least 100 (default 1000).")
        private int intervalMillis;

        @Option(
                names = "--rounds",
                paramLabel = "COUNT",
                defaultValue = "0",
                description = "How many looks; 0 is for ever, on a terminal.")
        private int rounds;

        @Spec private @Nullable CommandSpec spec;

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (intervalMillis < 100 || rounds < 0) {
                throw new IllegalArgumentException(
                        "--interval-millis is "
                                + intervalMillis
                                + " and --rounds "
                                + rounds
                                + ", expected at least 100 and 0");
            }
            boolean isTerminal =
                    Optional.ofNullable(System.console()).filter(Console::isTerminal).isPresent();
            int last = rounds == 0 && !isTerminal ? 1 : rounds;
            PrintWriter out = AuthCommand.out(spec);
            try (ClusterReader cluster = options.open(Role.VIEWER)) {
                for (int round = 1; ; round++) {
                    String text = text(cluster);
                    out.print(isTerminal ? Screen.now().replaced(text) : text);
                    out.flush();
                    if (round == last) {
                        return 0;
                    }
                    Thread.sleep(intervalMillis);
                }
            }
        }

        /** A cluster that does not answer may do so at the next look. */
        private static String text(ClusterReader cluster) throws InterruptedException {
            try {
                return ClusterText.top(
                        cluster.read(Routes.STATUS, SchedulerStatus.class),
                        List.of(cluster.read(Routes.WORKERS, WorkerDetails[].class)),
                        List.of(cluster.read(Routes.JOBS, JobDetails[].class)),
                        System.currentTimeMillis());
            } catch (IOException e) {
                return e.getMessage() + "\n";
            }
        }
    }
}
