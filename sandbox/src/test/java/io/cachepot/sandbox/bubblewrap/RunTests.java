package io.cachepot.sandbox.bubblewrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.PrintWriter;
import java.util.stream.Stream;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

/** Runs test classes in a process of its own; prints how many there were, and what failed. */
final class RunTests {
    private RunTests() {}

    /**
     * @param classes their names
     */
    public static void main(String[] classes) {
        var listener = new SummaryGeneratingListener();
        var request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(Stream.of(classes).map(name -> selectClass(name)).toList())
                        .build();
        LauncherFactory.create().execute(request, listener);
        var summary = listener.getSummary();
        var out = new PrintWriter(System.out, true, UTF_8);
        summary.printFailuresTo(out);
        out.println(
                "succeeded=%d failed=%d skipped=%d"
                        .formatted(
                                summary.getTestsSucceededCount(),
                                summary.getTotalFailureCount(),
                                summary.getTestsSkippedCount() + summary.getTestsAbortedCount()));
        System.exit(summary.getTotalFailureCount() == 0 ? 0 : 1);
    }
}
