package io.cachepot.client.cache;

/**
 * How much was last used how long ago, in a bounded number of classes that get coarser with age: 64
 * to each power of two of milliseconds, so a class spans less than a 64th of its age. Enough to
 * tell what must go to free a given amount without sorting entries, or even holding them.
 */
final class AgeHistogram {
    private static final int CLASS_BITS = 6;
    private static final int CLASSES = (Long.SIZE - CLASS_BITS) << CLASS_BITS;

    private final long nowMillis;
    private final long[] bytes = new long[CLASSES];
    private final long[] files = new long[CLASSES];

    AgeHistogram(long nowMillis) {
        this.nowMillis = nowMillis;
    }

    void add(Usage usage, long usedAtMillis) {
        int age = ageClass(usedAtMillis);
        bytes[age] += usage.bytes();
        files[age] += usage.files();
    }

    /**
     * A time in the future is as old as it is far away: after a clock jumped, such entries take
     * their turn like all others, and the next use puts them right.
     */
    private int ageClass(long usedAtMillis) {
        long age = Math.abs(nowMillis - usedAtMillis);
        int excess = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(age) - CLASS_BITS - 1);
        return Math.min(CLASSES - 1, (excess << CLASS_BITS) + (int) (age >>> excess));
    }

    Usage total() {
        long allBytes = 0;
        long allFiles = 0;
        for (int age = 0; age < CLASSES; age++) {
            allBytes += bytes[age];
            allFiles += files[age];
        }
        return new Usage(allBytes, allFiles);
    }

    /** What has to go so that the rest keeps to {@code target}. */
    Cut cut(Limits target) {
        Usage left = total();
        int age = CLASSES;
        Usage surplus = Usage.NONE;
        while (age > 0 && target.areExceededBy(left)) {
            age--;
            surplus = left;
            left = left.minus(new Usage(bytes[age], files[age]));
        }
        return new Cut(age, surplus, target);
    }

    /**
     * Says of one entry after the other whether it goes. All in older classes do; of the youngest
     * class that is needed, as many as it takes.
     */
    final class Cut {
        private final int youngest;
        private final Limits target;
        private Usage left;

        private Cut(int youngest, Usage left, Limits target) {
            this.youngest = youngest;
            this.left = left;
            this.target = target;
        }

        boolean takes(Usage usage, long usedAtMillis) {
            int age = ageClass(usedAtMillis);
            if (age > youngest) {
                return true;
            }
            if (age < youngest || !target.areExceededBy(left)) {
                return false;
            }
            left = left.minus(usage);
            return true;
        }
    }
}
