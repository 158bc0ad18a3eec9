import { execFile } from "node:child_process";
import { relative } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { featuresAreWellFormed, titlesNameRealAcceptances } from "./tidy/acceptance.ts";
import {
  declarationsUseTheGlossary,
  filesAreShort,
  nothingIsSilenced,
  onlyConfigReadsTheEnvironment,
  rulesArePure,
  testsAreShort,
} from "./tidy/code.ts";
import {
  everyPackageHasAReadme,
  foldersAreTheDesigns,
  namesSayWhatTheyHold,
} from "./tidy/folders.ts";
import {
  ALLOWED_IMPORTS,
  featuresImportOnlyThoseAbove,
  importsAreDeclared,
  packagesImportAsTheTableSays,
  platformKnowsNoFeature,
  screensImportOnlyTheirOwn,
} from "./tidy/imports.ts";
import { nothingNamesThisMachine } from "./tidy/machine.ts";
import {
  branchesAreScoped,
  indexesAreBuiltBeside,
  keysHoldTheTenant,
  rowSecurityIsForced,
  tablesAreDistributedFirst,
  tablesAreMadeColumnByColumn,
} from "./tidy/migrations.ts";
import {
  guestPagesLoadNothingFromElsewhere,
  languagesHaveTheSameWords,
  rawOutputIsForLayoutsAlone,
} from "./tidy/pages.ts";
import { judgeRun, listPackages } from "./tidy/runner.ts";
import { type Rule, readSourceFiles } from "./tidy/source.ts";
import {
  featuresKeepSqlInQueries,
  sqlIsRightOnCitus,
  sqlStandsInTemplates,
  statementsNameTheTenant,
  tablesAreWrittenByTheirFeature,
} from "./tidy/statements.ts";

const root = import.meta.dirname;
const files = readSourceFiles(root);

const rules: [string, Rule][] = [
  ["packages import each other only as the table of the design says", packagesImportAsTheTableSays],
  ["what a package imports is declared by it", importsAreDeclared],
  ["a feature imports only the index of features above it", featuresImportOnlyThoseAbove],
  ["screens import their own schema and rules, the shell and libraries", screensImportOnlyTheirOwn],
  ["the platform knows no feature and the server not the shell", platformKnowsNoFeature],
  ["packages have the folders of the design, one level deep", foldersAreTheDesigns],
  ["names say what they hold", namesSayWhatTheyHold],
  ["every package says on one page what it is for", everyPackageHasAReadme],
  ["only config.ts reads the environment", onlyConfigReadsTheEnvironment],
  ["source files have at most 400 lines", filesAreShort],
  ["one test shows one rule, in at most 60 lines", testsAreShort],
  ["rules are pure", rulesArePure],
  ["declarations use the words of the glossary", declarationsUseTheGlossary],
  ["no check is put to sleep", nothingIsSilenced],
  ["raw output is for a layout's parts alone", rawOutputIsForLayoutsAlone],
  ["a guest page loads nothing from another host", guestPagesLoadNothingFromElsewhere],
  ["both first languages say the same things", languagesHaveTheSameWords],
  ["docs/features.md holds ids in the right form", featuresAreWellFormed],
  ["an acceptance named in a test's title exists and leads it", titlesNameRealAcceptances],
  ["nothing names the machine it was written on", nothingNamesThisMachine],
  ["keys of a tenant's table begin with the tenant", keysHoldTheTenant],
  ["a table is distributed before it gets foreign keys", tablesAreDistributedFirst],
  ["row-level security is forced on every tenant's table", rowSecurityIsForced],
  ["what is a branch's is shown to those alone who reach it", branchesAreScoped],
  [
    "an index is built beside what is written, and anew where it was cut short",
    indexesAreBuiltBeside,
  ],
  ["a table is made column by column, and a view reads as who asks", tablesAreMadeColumnByColumn],
  ["every statement on a tenant's table names the tenant", statementsNameTheTenant],
  ["a table is written by the feature that made it", tablesAreWrittenByTheirFeature],
  ["a feature keeps its SQL in its queries", featuresKeepSqlInQueries],
  ["SQL stands where the rules can read it", sqlStandsInTemplates],
  ["SQL is right on one PostgreSQL and on Citus", sqlIsRightOnCitus],
];

test.each(rules)("%s", (_, rule) => {
  expect(rule(files)).toEqual([]);
});

test("the rules know every package of the workspace", () => {
  expect(Object.keys(ALLOWED_IMPORTS).sort()).toEqual(packages().sort());
});

test("the runner finds the tests of every package", async () => {
  const vitest = ["node_modules/vitest/vitest.mjs", "list", "--filesOnly", "--json"];
  const { stdout } = await promisify(execFile)(process.execPath, vitest, { cwd: root });
  const found = (JSON.parse(stdout) as { file: string }[]).map(({ file }) =>
    relative(root, file).replaceAll("\\", "/"),
  );
  expect(judgeRun(found, files, packages())).toEqual([]);
});

function packages(): string[] {
  return listPackages(files.find((file) => file.path === "pnpm-workspace.yaml")?.text ?? "");
}
