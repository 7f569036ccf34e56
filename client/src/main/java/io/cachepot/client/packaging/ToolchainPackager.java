package io.cachepot.client.packaging;

import io.cachepot.sandbox.archive.ArchiveWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Packs what a compiler needs to run on a machine that has nothing of it: its programs, their
 * shared libraries, and the files by which it finds its way. Headers are not among them: those that
 * a compile reads go with each job, by digest, so a header that changes can never be taken from an
 * archive made before. The same files give the same bytes.
 */
public final class ToolchainPackager {
    /** With it a compiler prints UTF-8 on a machine without locales; without it nothing is lost. */
    private static final Path LOCALE = Path.of("/usr/lib/locale/C.utf8");

    private ToolchainPackager() {}

    /** How an archive is compressed. */
    public enum Compression {
        GZIP,
        ZSTD
    }

    /** All that goes into the archive of {@code compiler}. */
    public static ToolchainFiles files(ToolchainContent compiler) throws IOException {
        var files = new ToolchainFiles();
        for (Path path : compiler.files()) {
            files.add(path);
        }
        if (Files.isDirectory(LOCALE)) {
            files.addTree(LOCALE);
        }
        return files;
    }

    /** Writes the archive to {@code target}. */
    public static void write(ToolchainFiles files, Compression compression, OutputStream target)
            throws IOException {
        var buffered = new BufferedOutputStream(target, 1 << 16);
        try (var archive =
                compression == Compression.GZIP
                        ? ArchiveWriter.gzip(buffered)
                        : ArchiveWriter.zstd(buffered)) {
            for (Map.Entry<String, ToolchainFiles.Entry> entry : files.entries().entrySet()) {
                String name = entry.getKey().substring(1);
                switch (entry.getValue()) {
                    case ToolchainFiles.Entry.File(var source, var isExecutable) ->
                            archive.file(name, source, isExecutable);
                    case ToolchainFiles.Entry.Link(var link) -> archive.link(name, link);
                }
            }
        }
    }
}
