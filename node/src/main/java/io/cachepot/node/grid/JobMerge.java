package io.cachepot.node.grid;

/** The state that is further on; a job that ended stays so. */
final class JobMerge extends MergePolicy<JobValue> {
    JobMerge() {
        super(GridFactory.JOB_MERGE);
    }

    @Override
    JobValue merged(JobValue newcomer, JobValue here) {
        return new JobValue(here.job().to(newcomer.job()));
    }
}
