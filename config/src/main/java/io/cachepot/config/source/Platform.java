package io.cachepot.config.source;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What settings depend on besides themselves, and where files of ours are by custom.
 *
 * @param home the user's directory, absolute
 * @param variables the environment
 * @param processors that the JVM may use, at least 1
 */
public record Platform(
        OperatingSystem system, Path home, Map<String, String> variables, int processors) {
    private static final String CLIENT = "cachepot";
    private static final String DIST_CLIENT = "cachepot-dist-client";

    /** Families that differ in where they keep files. */
    public enum OperatingSystem {
        LINUX,
        MACOS,
        WINDOWS
    }

    public Platform {
        variables = Map.copyOf(variables);
    }

    /** Of this process. */
    public static Platform current() {
        return new Platform(
                system(System.getProperty("os.name", "")),
                Path.of(System.getProperty("user.home", "/")).toAbsolutePath(),
                System.getenv(),
                Runtime.getRuntime().availableProcessors());
    }

    private static OperatingSystem system(String name) {
        var lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("mac")) {
            return OperatingSystem.MACOS;
        }
        return lower.startsWith("windows") ? OperatingSystem.WINDOWS : OperatingSystem.LINUX;
    }

    /** A variable's value; one that is empty counts as not set. */
    public Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }

    /** The client's settings: what {@code CACHEPOT_CONF} names, else {@link #defaultClientFile}. */
    public Path clientFile() {
        return variable("CACHEPOT_CONF").map(Path::of).orElseGet(this::defaultClientFile);
    }

    /** Where the client's settings are unless a variable names another place. */
    public Path defaultClientFile() {
        return configDirectory().resolve("config");
    }

    /**
     * Tokens that {@code --dist-auth} fetched; {@code CACHEPOT_CACHED_CONF} names another place.
     */
    public Path cachedClientFile() {
        return variable("CACHEPOT_CACHED_CONF")
                .map(Path::of)
                .orElseGet(() -> configDirectory().resolve("cached-config"));
    }

    private Path configDirectory() {
        return switch (system) {
            case LINUX -> xdg("XDG_CONFIG_HOME", ".config").resolve(CLIENT);
            case MACOS -> home.resolve("Library/Application Support/Parity." + CLIENT);
            case WINDOWS ->
                    windows("APPDATA", "Roaming")
                            .resolve("Parity")
                            .resolve(CLIENT)
                            .resolve("config");
        };
    }

    /** Where results are kept by default. */
    Path cacheDirectory() {
        return cacheDirectory(CLIENT);
    }

    /** Where packaged toolchains are kept by default. */
    Path distCacheDirectory() {
        return cacheDirectory(DIST_CLIENT);
    }

    private Path cacheDirectory(String application) {
        return switch (system) {
            case LINUX -> xdg("XDG_CACHE_HOME", ".cache").resolve(application);
            case MACOS -> home.resolve("Library/Caches/Parity." + application);
            case WINDOWS ->
                    windows("LOCALAPPDATA", "Local")
                            .resolve("Parity")
                            .resolve(application)
                            .resolve("cache");
        };
    }

    /** A relative path in such a variable is to be ignored (XDG Base Directory Specification). */
    private Path xdg(String name, String underHome) {
        return variable(name)
                .map(Path::of)
                .filter(Path::isAbsolute)
                .orElseGet(() -> home.resolve(underHome));
    }

    private Path windows(String name, String underAppData) {
        return variable(name)
                .map(Path::of)
                .orElseGet(() -> home.resolve("AppData").resolve(underAppData));
    }

    /** What separates paths in a list of them. */
    String pathSeparator() {
        return system == OperatingSystem.WINDOWS ? ";" : ":";
    }

    /** Without the environment, which may hold secrets. */
    @Override
    public String toString() {
        return "Platform[" + system + ", " + home + ", " + processors + "]";
    }
}
