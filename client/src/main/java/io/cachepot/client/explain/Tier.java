package io.cachepot.client.explain;

/** Where what a compile gave came from. */
public enum Tier {
    HIT("hit", "hit in the local cache"),
    CLUSTER("cluster", "hit in the cluster's cache"),
    HERE("here", "miss, compiled here"),
    REMOTE("remote", "miss, compiled on a worker"),
    NOT_CACHEABLE("not_cacheable", "not cacheable, compiled here"),
    PASSED_THROUGH("passed_through", "passed through to the command"),
    BROKEN_OFF("broken_off", "broken off");

    private final String key;
    private final String text;

    Tier(String key, String text) {
        this.key = key;
        this.text = text;
    }

    /** In JSON and logs. */
    public String key() {
        return key;
    }

    /** For people. */
    public String text() {
        return text;
    }

    /** Whether it was compiled though it could have been a hit. */
    public boolean isMiss() {
        return this == HERE || this == REMOTE;
    }
}
