import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

/** Debian's PostgreSQL: see cloud-api/test/engines.ts. */
const POSTGRESQL_15 = "/usr/lib/postgresql/15/bin";
/** Where the figures of a run are left for `.ci/run`, which says them in its last line. */
const REPORT_FILE = "node_modules/.foyer/test-report.json";

/**
 * What Node.js has stripped of types and compiled, for all the processes and threads that the tests
 * start: each would do it anew, a box's RADIUS server three times over.
 */
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, "node_modules/.foyer/compile-cache");

const everything = {
  extends: true as const,
  test: {
    name: "foyer",
    include: ["**/*.test.{ts,tsx}"],
    globalSetup: ["cloud-api/test/cluster.ts"],
  },
};

const FEATURE_TESTS = globSync("cloud-api/src/features/*/*.test.ts", { cwd: import.meta.dirname });
/** What opens a cloud does so by what lies in cloud-api/test. */
const opensCloud = (file: string) =>
  readFileSync(join(import.meta.dirname, file), "utf8").includes('from "../../../test/');

/**
 * The cloud's features once more, on the oldest PostgreSQL that its schema has to run on: all that
 * has to do with a database, for a rule says the same beside any.
 */
const onPostgresql15 = {
  extends: true as const,
  test: {
    name: "postgresql-15",
    include: FEATURE_TESTS.filter(opensCloud),
    globalSetup: ["cloud-api/test/cluster-15.ts"],
  },
};

const isInstalled = existsSync(POSTGRESQL_15);
const isRequired = process.env.FOYER_REQUIRE_PEERS === "1";
// A server that was named by its address stands alone.
const isWanted = !process.env.FOYER_TEST_DATABASE_URL && (isInstalled || isRequired);
if (!isWanted && !isInstalled)
  process.stderr.write(
    "PostgreSQL 15 is not installed (Debian package postgresql): the features are tested on the embedded one alone.\n",
  );

export default defineConfig({
  test: {
    exclude: [...configDefaults.exclude, "**/.foyer/**"],
    projects: isWanted ? [everything, onPostgresql15] : [everything],
    // Processes, not threads: better-sqlite3, kill -9 and process.env want a process of their own.
    pool: "forks",
    // The tests start databases, browsers and whole boxes: more at once only makes them wait.
    maxWorkers: 2,
    // Patience, not a bar: a machine that others want too takes several times as long.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
    reporters: ["default", ["json", { outputFile: REPORT_FILE }]],
  },
});
