package io.cachepot.node.worker;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The jobs under way, from the first byte of the request to the last of the answer. */
final class InFlight {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition isEmpty = lock.newCondition();

    /** One for each open request. Guarded by {@code lock}. */
    private final Set<JobThread> jobs = new HashSet<>();

    void add(JobThread job) {
        lock.lock();
        try {
            jobs.add(job);
        } finally {
            lock.unlock();
        }
    }

    void remove(JobThread job) {
        lock.lock();
        try {
            jobs.remove(job);
            if (jobs.isEmpty()) {
                isEmpty.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether there was a moment without jobs within {@code timeout}. */
    boolean awaitEmpty(Duration timeout) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = TimeUnit.NANOSECONDS.convert(timeout);
            while (!jobs.isEmpty() && left > 0) {
                left = isEmpty.awaitNanos(left);
            }
            return jobs.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    void interruptAll() {
        List<JobThread> now;
        lock.lock();
        try {
            now = List.copyOf(jobs);
        } finally {
            lock.unlock();
        }
        now.forEach(JobThread::interrupt);
    }
}
