package io.cachepot.node.scheduler;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/** Carries messages late, out of order, twice or not at all. */
final class SimulatedNetwork {
    private final VirtualTime time;
    private final Random random;
    private final Set<String> cut = new HashSet<>();

    /** Whether now and then a message takes a hundred times as long. */
    boolean isMoody = true;

    /** Share of messages that get lost, or come twice. */
    double lossShare;

    SimulatedNetwork(VirtualTime time, Random random) {
        this.time = time;
        this.random = random;
    }

    void cut(SimulatedProcess from, SimulatedProcess to) {
        cut.add(from.name + ">" + to.name);
    }

    void heal() {
        cut.clear();
    }

    boolean isCut(SimulatedProcess from, SimulatedProcess to) {
        return cut.contains(from.name + ">" + to.name);
    }

    long delayNanos() {
        double millis = 0.2 - Math.log(1 - random.nextDouble());
        return (long) (millis * 1e6 * (isMoody && random.nextInt(200) == 0 ? 100 : 1));
    }

    /** Has {@code deliver} happen at {@code to}, perhaps. */
    void send(SimulatedProcess from, SimulatedProcess to, Runnable deliver) {
        if (isCut(from, to) || random.nextDouble() < lossShare) {
            return;
        }
        time.after(delayNanos(), () -> to.receive(deliver));
        if (random.nextDouble() < lossShare) {
            time.after(delayNanos(), () -> to.receive(deliver));
        }
    }

    /** Whether a connection would be refused: the host answers that nobody is there. */
    boolean isRefused(SimulatedProcess from, SimulatedProcess to) {
        return !to.isUp() && !isCut(from, to);
    }
}
