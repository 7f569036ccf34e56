package io.cachepot.node.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.node.system.Developer.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A developer signs in with a browser; the token that is kept lets compiles into the cluster. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignInIT {
    private static final Pattern PAGE = Pattern.compile("Please visit (http://localhost:\\d+) ");
    private static final Pattern ELSEWHERE = Pattern.compile("  (http://127.0.0.1:\\S+)");

    private IdentityProvider provider;
    private Cluster cluster;
    private Developer developer;

    @BeforeAll
    void startCluster() throws Exception {
        provider = new IdentityProvider();
        cluster = new Cluster();
        cluster.startScheduler(
                """
                type = "jwt_validate"
                audience = "%s"
                issuer = "%s"
                jwks_url = "%s"
                """
                        .formatted(
                                IdentityProvider.AUDIENCE,
                                provider.issuer(),
                                provider.url("/jwks")),
                """
                [console_sign_in]
                client_id = "%s"
                auth_url = "%s"
                token_url = "%s"
                """
                        .formatted(
                                IdentityProvider.CLIENT_ID,
                                provider.url("/authorize?scope=openid"),
                                provider.url("/token")));
        cluster.startWorker("worker", 2);
    }

    @AfterAll
    void stopCluster() throws Exception {
        provider.close();
        cluster.close();
    }

    @BeforeEach
    void start() {
        provider.lifetime = Duration.ofDays(7);
        provider.isDenying = false;
        provider.isSwappingState = false;
    }

    @AfterEach
    void stop() throws Exception {
        developer.close();
    }

    private void withCode() throws IOException {
        developer =
                Developer.withAuth(
                        cluster.schedulerUrl(),
                        """
                        type = "oauth2_code_grant_pkce"
                        client_id = "%s"
                        auth_url = "%s"
                        token_url = "%s"
                        """
                                .formatted(
                                        IdentityProvider.CLIENT_ID,
                                        provider.url("/authorize?scope=openid"),
                                        provider.url("/token")));
    }

    private void implicitly() throws IOException {
        developer =
                Developer.withAuth(
                        cluster.schedulerUrl(),
                        """
                        type = "oauth2_implicit"
                        client_id = "%s"
                        auth_url = "%s"
                        """
                                .formatted(IdentityProvider.CLIENT_ID, provider.url("/authorize")));
    }

    @Test
    void theConsoleSignsInByTheProvider() throws Exception {
        // Given
        withCode();
        Path files = Files.createTempDirectory(developer.directory, "tab");
        try (var browser = new Browser(files, 1280, 900)) {
            browser.open(cluster.schedulerUrl());
            browser.await("!document.getElementById('by-provider').hidden");

            // When
            browser.click("#provider");

            // Then
            browser.await("document.getElementById('n-workers').innerText === '1'");
            assertThat(browser.evaluate("location.search")).as("no code stays there").isEmpty();

            // When: the provider refuses
            provider.isDenying = true;
            browser.click("#sign-out");
            browser.click("#provider");

            // Then
            browser.await(refusal("the identity provider refused: not you <b>"));

            // When: what comes back is not the answer to what was asked
            provider.isDenying = false;
            provider.isSwappingState = true;
            browser.click("#provider");

            // Then
            browser.await(refusal("an answer to another sign-in"));
            assertThat(browser.complaints()).isEmpty();
        }
    }

    private static String refusal(String words) {
        return "document.getElementById('refusal').innerText.includes('" + words + "')";
    }

    private Process begin() throws Exception {
        Process signIn =
                developer.start(
                        developer.directory,
                        log(),
                        Installed.program("cachepot").toString(),
                        "--dist-auth");
        Cluster.await(
                () -> said().contains("--dist-auth='ADDRESS'") || !signIn.isAlive(), this::said);
        return signIn;
    }

    private Path log() {
        return developer.directory.resolve("sign-in.log");
    }

    private String said() {
        try {
            return Files.readString(log());
        } catch (IOException e) {
            return e.toString();
        }
    }

    private String found(Pattern pattern) {
        Matcher matcher = pattern.matcher(said());
        assertThat(matcher.find()).as(said()).isTrue();
        return matcher.group(1);
    }

    /** What a browser shows in the end. */
    private String browse(String address) throws Exception {
        Ended ended =
                developer.run(
                        developer.directory,
                        "chromium",
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--user-data-dir=" + developer.directory.resolve("browser"),
                        "--virtual-time-budget=20000",
                        "--dump-dom",
                        address);
        assertThat(ended.exitCode()).as(ended.stderr()).isZero();
        return ended.stdout();
    }

    private int end(Process signIn) throws InterruptedException {
        assertThat(signIn.waitFor(60, TimeUnit.SECONDS)).as(said()).isTrue();
        return signIn.exitValue();
    }

    private void compile(String name) throws Exception {
        Path source = developer.directory.resolve(name + ".c");
        Files.writeString(source, "int " + name + ";\n");
        assertThat(developer.cachepot(developer.directory, "gcc", "-c", source.toString()))
                .isEqualTo(new Ended(0, "", ""));
    }

    private void signInAndCompile() throws Exception {
        // Given
        compile("before");
        assertThat(developer.stats().remote()).isZero();
        assertThat(developer.coordinatorLog())
                .contains("no token of " + provider.url("/authorize"))
                .contains("run `cachepot --dist-auth`");

        // When
        Process signIn = begin();
        String page = browse(found(PAGE));

        // Then
        assertThat(page).contains("You are signed in");
        assertThat(end(signIn)).as(said()).isZero();
        assertThat(said()).endsWith("Saved token\n").doesNotContain("under two days");
        Path saved = developer.directory.resolve("cached-config");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(saved)))
                .isEqualTo("rw-------");
        assertThat(saved).content().contains("[dist.auth_tokens]");
        compile("after");
        assertThat(developer.stats().remote()).as(developer.coordinatorLog()).isEqualTo(1);
        String token = Files.readString(saved).replaceAll("(?s).*= \"(ey[^\"]+)\".*", "$1");
        assertThat(developer.coordinatorLog()).doesNotContain(token);
        assertThat(cluster.logs()).doesNotContain(token);
    }

    @Test
    void withACode() throws Exception {
        withCode();
        signInAndCompile();
    }

    @Test
    void withATokenInTheFragment() throws Exception {
        implicitly();
        signInAndCompile();
    }

    @Test
    void aDenialIsShownAndNothingIsKept() throws Exception {
        // Given
        withCode();
        provider.isDenying = true;

        // When
        Process signIn = begin();
        String page = browse(found(PAGE));

        // Then
        assertThat(page).contains("refused: access_denied (not you &lt;b&gt;)");
        assertThat(end(signIn)).isEqualTo(2);
        assertThat(said())
                .contains("cachepot: error: no token fetched")
                .contains("cachepot: caused by: the identity provider refused: access_denied");
        assertThat(developer.directory.resolve("cached-config")).doesNotExist();
    }

    @Test
    void anAnswerToAnotherSignInEndsNothing() throws Exception {
        // Given
        withCode();
        provider.isSwappingState = true;
        Process signIn = begin();
        assertThat(browse(found(PAGE))).contains("another sign-in");

        // When
        assertThat(signIn.isAlive()).isTrue();
        provider.isSwappingState = false;
        String page = browse(found(PAGE));

        // Then
        assertThat(page).contains("You are signed in");
        assertThat(end(signIn)).isZero();
    }

    /** The browser of another machine: its localhost is not ours, so it ends nowhere. */
    @Test
    void withABrowserElsewhere() throws Exception {
        // Given
        implicitly();
        provider.lifetime = Duration.ofHours(1);
        Process signIn = begin();
        Ended answer =
                developer.run(
                        developer.directory,
                        "curl",
                        "--silent",
                        "--output",
                        "/dev/null",
                        "--write-out",
                        "%{redirect_url}",
                        found(ELSEWHERE));

        // When
        Ended pasted = developer.cachepot(developer.directory, "--dist-auth=" + answer.stdout());

        // Then
        assertThat(pasted.exitCode()).as(pasted.stderr()).isZero();
        assertThat(end(signIn)).as(said()).isZero();
        assertThat(said())
                .endsWith("Saved token\ncachepot: Token retrieved expires in under two days\n");
        Ended late = developer.cachepot(developer.directory, "--dist-auth=" + answer.stdout());
        assertThat(late.exitCode()).isEqualTo(2);
        assertThat(late.stderr()).contains("no sign-in waits");
    }

    @Test
    void anExpiredTokenIsSaid() throws Exception {
        // Given
        implicitly();
        provider.lifetime = Duration.ofSeconds(1);
        Process signIn = begin();
        browse(found(PAGE));
        assertThat(end(signIn)).isZero();
        Thread.sleep(1_100);

        // When
        compile("late");

        // Then
        assertThat(developer.stats().remote()).isZero();
        assertThat(developer.coordinatorLog()).contains("expired at 20");
        assertThat(developer.cachepot(developer.directory, "--dist-status").stdout())
                .contains("enabled, auth not configured");
        assertThat(
                        developer
                                .cachepot(developer.directory, "--doctor")
                                .stdout()
                                .replaceAll("\\s+", " "))
                .contains("expired at 20");
    }

    /** Whoever waits no more leaves the port to the next one. */
    @Test
    void ctrlCEndsIt() throws Exception {
        // Given
        withCode();
        Process signIn = begin();

        // When
        signIn.destroy();
        signIn.waitFor();

        // Then
        Process next = begin();
        assertThat(browse(found(PAGE))).contains("You are signed in");
        assertThat(end(next)).isZero();
    }
}
