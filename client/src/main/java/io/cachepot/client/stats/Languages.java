package io.cachepot.client.stats;

/** What people call the languages that {@code -x} names. */
final class Languages {
    /** All of gcc and clang together, as cachepot and sccache count. */
    static final String FAMILY = "C/C++";

    static final String RUST = "Rust";

    private Languages() {}

    static String label(String language) {
        return switch (language) {
            case "c" -> "C";
            case "c++" -> "C++";
            case "objective-c" -> "Objective-C";
            case "objective-c++" -> "Objective-C++";
            case "assembler" -> "Assembler";
            case "assembler-with-cpp" -> "Assembler with preprocessor";
            case "cpp-output" -> "C, preprocessed";
            case "c++-cpp-output" -> "C++, preprocessed";
            case "c-header" -> "C header";
            case "c++-header" -> "C++ header";
            case "rust" -> RUST;
            default -> language;
        };
    }
}
