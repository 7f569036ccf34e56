package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The console in a browser, of a cluster that compiles. Its screenshots are in target/console. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleIT {
    private static final Path PICTURES = Path.of("target/console");

    private Cluster cluster;
    private Developer developer;
    private String worker;
    private Browser browser;

    @BeforeAll
    void start() throws Exception {
        cluster = new Cluster();
        cluster.startSchedulerWithOperators();
        worker = cluster.startSmallWorker();
        developer = new Developer(cluster.schedulerUrl(), Cluster.CLIENT_TOKEN);
        developer.setDist("small_local = false");
    }

    @AfterAll
    void stop() throws Exception {
        try (var _ = cluster) {
            developer.close();
        }
    }

    @BeforeEach
    void open() throws Exception {
        browser = new Browser(Files.createTempDirectory(developer.directory, "tab"), 1280, 900);
    }

    @AfterEach
    void leave() {
        browser.close();
    }

    private void signIn(Browser browser, String token) throws Exception {
        signIn(browser, cluster.schedulerUrl(), token);
    }

    private static void signIn(Browser browser, String url, String token) throws Exception {
        browser.open(url);
        browser.await("document.activeElement.id === 'token'");
        browser.type(token);
        browser.press("Enter", 13);
    }

    private static String row(String body, String key) {
        return "#" + body + " tr[data-key^=\"" + key + "\"]";
    }

    private static String exists(String selector) {
        return "document.querySelector('" + selector + "') !== null";
    }

    @Test
    void whatHappensIsShownAsItHappens() throws Exception {
        // Given
        signIn(browser, Cluster.CLIENT_TOKEN);
        browser.await(exists(row("worker-rows", worker)));
        assertThat(browser.text("#n-workers")).isEqualTo("1");
        assertThat(browser.text("#n-permits")).isEqualTo("2");
        assertThat(browser.text("#job-rows")).contains("No job yet.");

        // When
        for (int i = 0; i < 5; i++) {
            assertThat(developer.compileAnother()).isEqualTo(1);
        }

        // Then: without a reload
        browser.await("document.getElementById('n-ended').innerText === '5'");
        browser.await("document.querySelectorAll('#job-rows button').length === 5");
        browser.await("document.querySelector('#job-rows tr').innerText.includes('complete')");
        assertThat(browser.text("#job-rows tr")).contains(worker);
        browser.await(exists("#client-rows tr:not([data-key=\"\"])"));
        assertThat(browser.text("#client-rows tr")).contains("\t5\t");
        assertThat(browser.text("#member-rows")).contains("scheduler", "leads");
        assertThat(browser.text("#partitions")).matches("\\d+ of \\d+ partitions are its own");
        assertThat(browser.text("#map-rows")).contains("workers\t1\t");
        assertThat(browser.text("#event-rows")).contains("worker up\t" + worker);
        browser.await(exists("#chart-load canvas"));
        browser.screenshot(PICTURES.resolve("light.png"));

        // Given: one that fails
        Files.writeString(developer.directory.resolve("wrong.c"), "int f(void) { return g; }\n");
        assertThat(developer.cachepot(developer.directory, "gcc", "-c", "wrong.c").exitCode())
                .isEqualTo(1);
        browser.await(exists("#job-rows td.bad"));

        // When
        browser.evaluate("document.querySelector('#job-rows tr:has(td.bad) button').click()");

        // Then
        browser.await("document.getElementById('job').open");
        assertThat(browser.text("#job-facts")).contains("complete", worker, "compiler ");
        assertThat(browser.text("#job-said")).contains("undeclared (first use in this function)");
        browser.screenshot(PICTURES.resolve("job.png"));
        browser.press("Escape", 27);
        browser.await("!document.getElementById('job').open");

        // When: a client has told of its build
        browser.await(exists("#build-rows tr:not([data-key=\"\"])"));
        browser.await("document.querySelector('#build-rows tr').innerText.includes('\\t6\\t')");
        browser.click("#build-rows tr button");

        // Then
        browser.await("document.getElementById('build').open");
        assertThat(browser.text("#build-facts")).contains("Compiled on workers", "Failed");
        assertThat(browser.text("#build-lists")).contains("Slowest", "Misses, because");
        browser.screenshot(PICTURES.resolve("build.png"));
        browser.press("Escape", 27);
        browser.await("!document.getElementById('build').open");
        assertThat(browser.text("#tier-rows")).contains("compiled on workers\t6\t");
        browser.await(exists("#cache-rows tr[data-key=\"results\"]"));
        browser.prefer("dark");
        browser.await(exists("#chart-load canvas"));
        browser.screenshot(PICTURES.resolve("dark.png"));

        // When
        browser.click("#find-job");
        browser.type("no such");

        // Then
        browser.await("document.getElementById('job-rows').innerText.includes('No job is like')");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void onlyAnOperatorDrains() throws Exception {
        // Given
        signIn(browser, Cluster.CLIENT_TOKEN);
        browser.await(exists(row("worker-rows", worker)));
        String shown =
                "getComputedStyle(document.querySelector('#worker-rows td.operator')).display";
        assertThat(browser.evaluate(shown)).isEqualTo("none");
        browser.click("#sign-out");
        browser.await("!document.getElementById('sign-in').hidden");

        // When
        signIn(browser, Cluster.OPERATOR_TOKEN);
        browser.await(exists(row("worker-rows", worker)));
        browser.click(row("worker-rows", worker) + " button");

        // Then
        browser.await("document.getElementById('said').innerText.includes('gets no more jobs')");
        browser.await("document.querySelector('#worker-rows tr').innerText.includes('draining')");
        assertThat(developer.compileAnother()).isZero();

        // When
        browser.click(row("worker-rows", worker) + " button");

        // Then
        browser.await("document.getElementById('said').innerText.includes('gets jobs again')");
        browser.await("document.querySelector('#worker-rows tr').innerText.includes('up')");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aTokenThatIsNoneIsRefused() throws Exception {
        // When
        signIn(browser, "a guess");

        // Then
        browser.await("document.getElementById('refusal').innerText.includes('not taken')");
        assertThat(browser.evaluate("document.getElementById('app').hidden")).isEqualTo("true");
        assertThat(browser.evaluate("sessionStorage.length")).isEqualTo("0");
        browser.screenshot(PICTURES.resolve("sign-in.png"));
    }

    @Test
    void whenASchedulerDiesThePageGoesOnWithTheOther() throws Exception {
        // Given
        try (var pair = new Cluster()) {
            Process scheduler = pair.startScheduler();
            pair.startWorker("worker", 2);
            String other = pair.startPeer();
            signIn(browser, pair.schedulerUrl(), Cluster.CLIENT_TOKEN);
            browser.await("document.querySelectorAll('#member-rows tr').length === 3");
            String from = "document.getElementById('link').innerText.includes('live from %s')";
            browser.await(from.formatted(pair.schedulerUrl().replaceAll("/$", "")));
            browser.await(
                    "document.querySelector('meta[name=origins]').content.split(' ').length === 2");

            // When
            Cluster.kill(scheduler);

            // Then
            browser.await(from.formatted(other.replaceAll("/$", "")));
            browser.await("document.getElementById('warnings').innerText.includes('replica')");
            assertThat(browser.text("#worker-rows")).contains("0/2");
            browser.screenshot(PICTURES.resolve("fail-over.png"));
            assertThat(browser.complaints()).allMatch(each -> each.contains("net::ERR_"));
        }
    }

    @Test
    void aPhoneHasAllOfIt() throws Exception {
        // Given
        try (var phone =
                new Browser(Files.createTempDirectory(developer.directory, "phone"), 390, 844)) {
            // When
            signIn(phone, Cluster.CLIENT_TOKEN);
            phone.await(exists(row("worker-rows", worker)));
            phone.await(exists("#chart-load canvas"));

            // Then: nothing is wider than the screen
            assertThat(phone.evaluate("document.documentElement.scrollWidth")).isEqualTo("390");
            phone.screenshot(PICTURES.resolve("phone.png"));
            assertThat(phone.complaints()).isEmpty();
        }
    }

    /** Pages from elsewhere may neither frame it nor read what it reads. */
    @Test
    void otherPagesAreKeptOut() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var page = HttpRequest.newBuilder(URI.create(cluster.schedulerUrl())).build();
            var policy =
                    client.send(page, HttpResponse.BodyHandlers.discarding())
                            .headers()
                            .firstValue("Content-Security-Policy")
                            .orElseThrow();
            assertThat(policy)
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");

            for (String origin : new String[] {"https://example.com", "null"}) {
                var asked =
                        HttpRequest.newBuilder(
                                        URI.create(
                                                cluster.schedulerUrl() + "api/v1/scheduler/status"))
                                .header("Authorization", "Bearer " + Cluster.CLIENT_TOKEN)
                                .header("Origin", origin)
                                .build();
                var answer = client.send(asked, HttpResponse.BodyHandlers.discarding());
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
            }
        }
    }
}
