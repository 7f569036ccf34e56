/* What the wrapper says to people, and how it leaves. It says nothing when all is well. */
#ifndef CACHEPOT_MESSAGE_H
#define CACHEPOT_MESSAGE_H

/** `cachepot: warning: <reason>, compiling locally instead` */
void warn_local(const char *reason);

/** `cachepot: error: <text>` */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** What is said when the coordinator cannot be asked and there is nothing to compile; exit code 2. */
_Noreturn void fail_without_coordinator(const char *reason);

/** The answer to `--doctor` when there is nobody who could look further; exit code 1. */
_Noreturn void diagnose_no_coordinator(const char *reason);

/** Ends this process as if `signal` had hit it with its default action; leaves no core file. */
_Noreturn void die_of_signal(int signal);

/** Ends this process as the child with this wait status ended. */
_Noreturn void end_like(int wait_status);

#endif
