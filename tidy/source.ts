import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** One file of the repository, as the rules see it. */
export type SourceFile = {
  /** Relative to the repository's root, with forward slashes. */
  path: string;
  text: string;
};

/** A rule looks at all files and says, one line each, what is wrong and where. */
export type Rule = (files: readonly SourceFile[]) => string[];

const SKIPPED_FOLDERS = new Set(["node_modules", "dist", ".git", ".foyer"]);
const TEXT = /\.(ts|tsx|js|mjs|css|html|eta|sql|json|md|ya?ml|sh|conf|txt|svg|service)$|\/run$/;

/** Every text file below a folder, except what is installed, built or made by running. */
export function readSourceFiles(root: string): SourceFile[] {
  const files: SourceFile[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const absolute = join(folder, entry.name);
      const path = relative(root, absolute).split(sep).join("/");
      if (entry.isDirectory()) {
        if (!SKIPPED_FOLDERS.has(entry.name)) walk(absolute);
      } else if (entry.isFile() && TEXT.test(`/${path}`) && entry.name !== "pnpm-lock.yaml") {
        files.push({ path, text: readFileSync(absolute, "utf8") });
      }
    }
  };
  walk(root);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

export function isCode(path: string): boolean {
  return /\.tsx?$/.test(path);
}

/** Tests, what they share, and benchmarks: code that never runs for a guest or at a desk. */
export function isTest(path: string): boolean {
  return (
    /\.test\.tsx?$/.test(path) ||
    /(^|\/)(test|bench|fixtures|lab)\//.test(path) ||
    path.startsWith("tidy/")
  );
}

/** The package a file lies in: the first folder of its path, or "" at the root. */
export function packageOf(path: string): string {
  const slash = path.indexOf("/");
  return slash < 0 ? "" : path.slice(0, slash);
}

/** The cloud feature a file belongs to, or null. */
export function featureOf(path: string): string | null {
  return /^cloud-api\/src\/features\/([^/]+)\//.exec(path)?.[1] ?? null;
}

/** The line, counting from 1, on which a position of a text lies. */
export function lineAt(text: string, position: number): number {
  let line = 1;
  for (let i = text.indexOf("\n"); i >= 0 && i < position; i = text.indexOf("\n", i + 1)) line++;
  return line;
}
