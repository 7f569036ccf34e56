package io.cachepot.client.stats;

/** What the time of a compile goes into, in the order in which it comes. */
public enum Phase {
    /** From the request to the direct key: command line, compiler, source. */
    KEY("key"),
    /** What is known under the key, and whether it still holds. */
    LOOKUP("look_up"),
    /** The list of what the compile will read, where it has to be made before. */
    INPUTS("inputs"),
    /** A result from the cache to the build. */
    DELIVER("deliver"),
    /** The compiler, here or on a worker with the way there. */
    COMPILE("compile"),
    /** A result into the cache, after the build has gone on. */
    STORE("store");

    private final String key;

    Phase(String key) {
        this.key = key;
    }

    /** Its name in JSON. */
    public String key() {
        return key;
    }

    /** Its name for people. */
    public String label() {
        return key.replace('_', '-');
    }
}
