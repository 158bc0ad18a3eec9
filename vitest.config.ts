import { existsSync } from "node:fs";
import { configDefaults, defineConfig } from "vitest/config";

/** Where the run's figures are left for `.ci/run`; see `.ci/run`. */
export const REPORT_FILE = "node_modules/.foyer/test-report.json";

const cluster = "cloud-api/test/cluster.ts";

export default defineConfig({
  test: {
    include: ["**/*.test.{ts,tsx}"],
    exclude: [...configDefaults.exclude, "**/.foyer/**"],
    globalSetup: existsSync(cluster) ? [cluster] : [],
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
