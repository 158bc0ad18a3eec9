import type { Rule } from "./source.ts";

/** The packages, as pnpm-workspace.yaml lists them. */
export function listPackages(workspace: string): string[] {
  const block = /^packages:\n((?: {2}- .*\n?)+)/m.exec(workspace)?.[1] ?? "";
  return [...block.matchAll(/^ {2}- (\S+)$/gm)].map((match) => match[1] as string);
}

/**
 * What the runner would run against what there is: a pattern that went wrong, a file that is named
 * otherwise, or a package nobody tests would else pass in silence.
 */
export function judgeRun(found: readonly string[], files: Parameters<Rule>[0], packages: string[]) {
  const run = new Set(found);
  const isMissed = ({ path, text }: { path: string; text: string }) =>
    /\.tsx?$/.test(path) && /^(?:test|it|describe)\b.*\(/m.test(text) && !run.has(path);
  return [
    ...packages
      .filter((name) => !found.some((path) => path.startsWith(`${name}/`)))
      .map((name) => `the runner finds no test of ${name}`),
    ...files
      .filter(isMissed)
      .map(({ path }) => `${path} holds tests that the runner does not find`),
  ];
}
