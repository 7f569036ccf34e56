package io.cachepot.config.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.cachepot.config.source.Platform.OperatingSystem;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Default places of each system; they are where cachepot kept its files. */
class PlatformTest {
    private static Platform platform(OperatingSystem system, Map<String, String> variables) {
        return new Platform(system, Path.of("/home/me"), variables, 1);
    }

    @Test
    void linuxFollowsXdg() {
        var usual = platform(OperatingSystem.LINUX, Map.of());
        assertThat(usual.clientFile()).hasToString("/home/me/.config/cachepot/config");
        assertThat(usual.cachedClientFile()).hasToString("/home/me/.config/cachepot/cached-config");
        assertThat(usual.cacheDirectory()).hasToString("/home/me/.cache/cachepot");
        assertThat(usual.distCacheDirectory()).hasToString("/home/me/.cache/cachepot-dist-client");

        var chosen =
                platform(
                        OperatingSystem.LINUX,
                        Map.of("XDG_CONFIG_HOME", "/c", "XDG_CACHE_HOME", "/k"));
        assertThat(chosen.clientFile()).hasToString("/c/cachepot/config");
        assertThat(chosen.cacheDirectory()).hasToString("/k/cachepot");
    }

    @Test
    void relativeXdgDirectoryIsIgnored() {
        var platform = platform(OperatingSystem.LINUX, Map.of("XDG_CONFIG_HOME", "c"));
        assertThat(platform.clientFile()).hasToString("/home/me/.config/cachepot/config");
    }

    @Test
    void macHasOneDirectoryOfParity() {
        var platform = platform(OperatingSystem.MACOS, Map.of("XDG_CONFIG_HOME", "/c"));
        assertThat(platform.clientFile())
                .hasToString("/home/me/Library/Application Support/Parity.cachepot/config");
        assertThat(platform.cacheDirectory())
                .hasToString("/home/me/Library/Caches/Parity.cachepot");
    }

    @Test
    void windowsHasRoamingAndLocal() {
        var usual = platform(OperatingSystem.WINDOWS, Map.of());
        assertThat(usual.clientFile())
                .hasToString("/home/me/AppData/Roaming/Parity/cachepot/config/config");
        assertThat(usual.cacheDirectory())
                .hasToString("/home/me/AppData/Local/Parity/cachepot/cache");
        assertThat(usual.pathSeparator()).isEqualTo(";");

        var chosen =
                platform(OperatingSystem.WINDOWS, Map.of("APPDATA", "/r", "LOCALAPPDATA", "/l"));
        assertThat(chosen.clientFile()).hasToString("/r/Parity/cachepot/config/config");
        assertThat(chosen.distCacheDirectory()).hasToString("/l/Parity/cachepot-dist-client/cache");
    }

    @Test
    void variablesNameOtherFiles() {
        var platform =
                platform(
                        OperatingSystem.LINUX,
                        Map.of("CACHEPOT_CONF", "/x", "CACHEPOT_CACHED_CONF", "/y"));
        assertThat(platform.clientFile()).hasToString("/x");
        assertThat(platform.cachedClientFile()).hasToString("/y");
    }

    @Test
    void showsNothingOfTheEnvironment() {
        assertThat(platform(OperatingSystem.LINUX, Map.of("CACHEPOT_DIST_TOKEN", "hush")))
                .hasToString("Platform[LINUX, /home/me, 1]");
    }
}
