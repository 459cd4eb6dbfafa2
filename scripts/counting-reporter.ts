import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** Closes a run with one line that a machine can count; an unhandled error is a failure. */
export class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[test.result().state] += 1;
      // A file that fails to load has no tests of its own to fail.
      count.failed += module.errors().length;
    }
    const line = `${count.passed} passed, ${count.failed + count.pending} failed, ${count.skipped} skipped`;
    // After the other reporters' summary, whatever their order.
    process.once('exit', () => process.stdout.write(`${line}\n`));
  }
}
