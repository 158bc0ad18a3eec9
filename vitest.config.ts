import { configDefaults, defineConfig } from "vitest/config";

/** Where the figures of a run are left for `.ci/run`, which says them in its last line. */
const REPORT_FILE = "node_modules/.foyer/test-report.json";

export default defineConfig({
  test: {
    include: ["**/*.test.{ts,tsx}"],
    exclude: [...configDefaults.exclude, "**/.foyer/**"],
    globalSetup: ["cloud-api/test/cluster.ts"],
    // Processes, not threads: better-sqlite3, kill -9 and process.env want a process of their own.
    pool: "forks",
    // The tests start databases, browsers and whole boxes: more at once only makes them wait.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    teardownTimeout: 30_000,
    reporters: ["default", ["json", { outputFile: REPORT_FILE }]],
  },
});
