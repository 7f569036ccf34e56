package io.cachepot.client.auth;

import static java.lang.System.Logger.Level.WARNING;

import io.cachepot.config.DistAuth;
import io.cachepot.config.source.FileMode;
import io.cachepot.config.source.SavedTokens;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What this client shows to its schedulers, as it is now. Safe for threads. */
public final class ClientToken {
    private static final System.Logger LOG = System.getLogger(ClientToken.class.getName());

    private final DistAuth auth;
    private final Path savedTokens;
    private final InstantSource clock;
    private final Object lock = new Object();

    /** Guarded by {@code lock}: what was read, and of which file. */
    private @Nullable Read read;

    private record Read(FileTime time, Map<String, SavedTokens.Saved> tokens) {}

    /**
     * @param savedTokens where {@code --dist-auth} keeps what it fetches
     */
    public ClientToken(DistAuth auth, Path savedTokens, InstantSource clock) {
        this.auth = auth;
        this.savedTokens = savedTokens;
        this.clock = clock;
    }

    /**
     * The token.
     *
     * @throws NoTokenException when there is none that is good: why, and what to do
     */
    public String get() throws NoTokenException {
        if (auth instanceof DistAuth.Token(var token)) {
            return token.reveal();
        }
        String url = Provider.of(auth).orElseThrow().authUrl().toString();
        Optional<SavedTokens.Saved> saved = saved(url);
        if (saved.isEmpty()) {
            throw new NoTokenException(
                    "no token of " + url + " was fetched; run `cachepot --dist-auth`");
        }
        Optional<Instant> end = saved.get().expiresAt();
        if (end.isPresent() && !clock.instant().isBefore(end.get())) {
            throw new NoTokenException(
                    "the token of "
                            + url
                            + " expired at "
                            + end.get()
                            + "; run `cachepot --dist-auth` for a new one");
        }
        return saved.get().token().reveal();
    }

    private void warnIfOthersRead() throws IOException {
        if (Files.exists(savedTokens) && FileMode.isReadByOthers(savedTokens)) {
            LOG.log(
                    WARNING,
                    "{0} has tokens and can be read by others; do: chmod 600 {0}",
                    savedTokens);
        }
    }

    private Optional<SavedTokens.Saved> saved(String url) throws NoTokenException {
        try {
            FileTime time =
                    Files.exists(savedTokens)
                            ? Files.getLastModifiedTime(savedTokens)
                            : FileTime.fromMillis(0);
            synchronized (lock) {
                if (read == null || !read.time().equals(time)) {
                    read = new Read(time, SavedTokens.read(savedTokens));
                    warnIfOthersRead();
                }
                return Optional.ofNullable(read.tokens().get(url));
            }
        } catch (IOException e) {
            throw new NoTokenException("tokens can not be read: " + e.getMessage());
        }
    }
}
