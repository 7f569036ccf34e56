package io.cachepot.client.auth;

/** What browsers see during a sign-in. */
final class Pages {
    static final String STYLE =
            """
            :root { color-scheme: light dark; }
            body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto; padding: 0 1rem; }
            h1 { font-size: 1.4rem; }
            """;

    /** Does what the page's body says: sends the browser on, or passes the fragment on. */
    static final String SCRIPT =
            """
            const told = document.getElementById("told");
            async function go() {
              if (document.body.dataset.step === "start") {
                const detail = await (await fetch("/auth_detail.json")).json();
                location.replace(detail.auth_url);
                return;
              }
              const form = location.hash.slice(1);
              history.replaceState(null, "", "/redirect");
              const answer = await fetch("/save_auth", {
                method: "POST",
                headers: { "Content-Type": "application/x-www-form-urlencoded" },
                body: form,
              });
              const page = new DOMParser().parseFromString(await answer.text(), "text/html");
              told.textContent = page.getElementById("told").textContent;
            }
            go().catch((e) => { told.textContent = "That did not work: " + e; });
            """;

    static final String START = page("start", "You are sent to your identity provider.");
    static final String FRAGMENT = page("fragment", "The token is being saved.");

    private Pages() {}

    /** The end, in {@code words}. */
    static String done(String words) {
        return page("done", words).replace("<script src=\"/page.js\"></script>\n", "");
    }

    private static String page(String step, String words) {
        return """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>cachepot: sign in</title>
        <link rel="stylesheet" href="/page.css">
        <body data-step="%s">
        <h1>cachepot</h1>
        <p id="told" role="status">%s</p>
        <script src="/page.js"></script>
        </body>
        </html>
        """
                .formatted(step, escaped(words));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
