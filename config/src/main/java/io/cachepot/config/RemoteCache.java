package io.cachepot.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A place for results that other machines share: the tables of {@code cache} except {@code disk}.
 */
public sealed interface RemoteCache {
    /**
     * A bucket that speaks S3.
     *
     * @param bucket its name
     * @param endpoint {@code host}, {@code host:port} or URL; absent for Amazon's own
     * @param keyPrefix in front of each object's name, may be empty
     * @param region absent for the endpoint's own
     * @param isPublic whether it is read without credentials
     */
    @Key("s3")
    record S3(
            String bucket,
            Optional<String> endpoint,
            String keyPrefix,
            Optional<String> region,
            boolean isPublic)
            implements RemoteCache {
        public static final String DEFAULT_KEY_PREFIX = "";
        public static final boolean DEFAULT_PUBLIC = false;

        public S3 {
            new Checks().notEmpty("bucket", bucket).verify();
        }
    }

    /**
     * A Redis.
     *
     * @param url secret, because it may hold a password
     */
    @Key("redis")
    record Redis(Secret url) implements RemoteCache {
        public Redis {
            new Checks().notEmpty("url", url).verify();
        }
    }

    /**
     * A memcached.
     *
     * @param url secret, because it may hold a password
     */
    @Key("memcached")
    record Memcached(Secret url) implements RemoteCache {
        public Memcached {
            new Checks().notEmpty("url", url).verify();
        }
    }

    /**
     * A bucket of Google Cloud Storage.
     *
     * @param bucket its name
     * @param credPath file with a service account's key
     * @param url where credentials are fetched
     * @param mode {@code READ_ONLY} or {@code READ_WRITE}
     */
    @Key("gcs")
    record Gcs(String bucket, Optional<Path> credPath, Optional<URI> url, @Key("rw_mode") Mode mode)
            implements RemoteCache {
        public static final Mode DEFAULT_MODE = Mode.READ_ONLY;

        public Gcs {
            var checks = new Checks().notEmpty("bucket", bucket);
            credPath.ifPresent(path -> checks.absolute("cred_path", path));
            url.ifPresent(uri -> checks.web("url", uri));
            checks.verify();
        }
    }

    /**
     * A container of Azure Blob Storage; from the environment alone, as in cachepot.
     *
     * @param container its name
     * @param connectionString with the account's key
     */
    @Key("azure")
    record Azure(String container, Secret connectionString) implements RemoteCache {
        public Azure {
            new Checks()
                    .notEmpty("container", container)
                    .notEmpty("connection_string", connectionString)
                    .verify();
        }
    }

    /** What a client does with the place. */
    enum Mode {
        READ_ONLY,
        READ_WRITE
    }
}
