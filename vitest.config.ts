import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Whole networks take longest: they begin first, so that no worker is left alone with one at the end. */
const LONG = [/test\/browser\//, /test\/stories\//, /test\/solver\//, /test\/api\/auction\//];
const rank = ({ moduleId }: TestSpecification) => {
  const index = LONG.findIndex((pattern) => pattern.test(moduleId));
  return index === -1 ? LONG.length : index;
};

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 90_000,
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default'],
    sequence: { sequencer: LongestFirst },
  },
});
