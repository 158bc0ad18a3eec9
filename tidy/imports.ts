import { dirname, join } from "node:path/posix";
import { masked } from "./mask.ts";
import { featureOf, isCode, isTest, lineAt, packageOf, type Rule } from "./source.ts";

/** Who may import whom. Nobody imports deploy. */
export const ALLOWED_IMPORTS: Record<string, readonly string[]> = {
  contract: [],
  "branch-store": ["contract"],
  admission: ["contract"],
  blocks: ["contract"],
  portal: ["contract", "branch-store", "admission", "blocks"],
  radius: ["contract", "branch-store", "admission"],
  "sync-agent": ["contract", "branch-store"],
  gateway: ["contract", "branch-store", "radius"],
  "cloud-api": ["contract", "admission", "blocks"],
  deploy: [
    "contract",
    "branch-store",
    "admission",
    "blocks",
    "portal",
    "radius",
    "sync-agent",
    "gateway",
    "cloud-api",
  ],
};

export type Import = {
  specifier: string;
  line: number;
  /** From the word import or export on, in one line: `import type { A } from`. */
  clause: string;
  /** For a relative import: the path it leads to, from the repository's root. */
  target: string | null;
};

const SPECIFIER = /(?:\bfrom|\bimport)\s*(["'])/g;

/** Calls that load a module: import(), require(), and whatever createRequire() was named. */
function callsThatLoad(code: string): RegExp {
  const makers = [...code.matchAll(/\bcreateRequire\s+as\s+(\w+)/g)].map((match) => match[1]);
  const maker = ["createRequire", ...makers].join("|");
  const made = new RegExp(`\\b(\\w+)\\s*=\\s*(?:\\w+\\.)?(?:${maker})\\s*\\(`, "g");
  const loaders = [...code.matchAll(made)].map((match) => match[1]);
  const names = ["import", "require", ...loaders].join("|");
  return new RegExp(
    `(?:\\b(?:${names})(?:\\.resolve)?|\\b(?:${maker})\\s*\\([^)]*\\))\\s*\\(\\s*(["'\`])`,
    "g",
  );
}

/** Everything a TypeScript file imports or re-exports, in its order. */
export function listImports(path: string, text: string): Import[] {
  const { code, uncommented } = masked(text);
  const imports: Import[] = [];
  const found = [...code.matchAll(SPECIFIER), ...code.matchAll(callsThatLoad(code))];
  for (const match of found.sort((a, b) => a.index - b.index)) {
    const start = match.index + match[0].length;
    const end = code.indexOf(match[1] as string, start);
    if (end < 0) continue;
    const specifier = uncommented.slice(start, end);
    const target = specifier.startsWith(".") ? join(dirname(path), specifier) : null;
    const before = code.slice(0, match.index + match[0].length - 1);
    const clause = before
      .slice(Math.max(before.lastIndexOf("import"), before.lastIndexOf("export")))
      .replace(/\s+/g, " ");
    imports.push({ specifier, target, clause, line: lineAt(text, match.index) });
  }
  return imports;
}

/** Packages import each other as the table says, by name, and through their one door. */
export const packagesImportAsTheTableSays: Rule = (files) =>
  files
    .filter((file) => isCode(file.path) && ALLOWED_IMPORTS[packageOf(file.path)])
    .flatMap((file) => {
      const own = packageOf(file.path);
      const allowed = ALLOWED_IMPORTS[own] ?? [];
      return listImports(file.path, file.text).flatMap(({ specifier, target, line }) => {
        const at = `${file.path}:${line}`;
        const name = /^@foyer\/([^/]+)(\/.*)?$/.exec(specifier);
        if (name?.[1] === own) return [`${at} imports its own package by name; import the file`];
        if (name && !allowed.includes(name[1] as string))
          return [`${at} imports ${name[1]}, which ${own} may not know`];
        if (name?.[2] && !(isTest(file.path) && /^\/(fixtures|test)(\/|$)/.test(name[2])))
          return [`${at} reaches past the door of ${name[1]}: ${specifier}`];
        if (target === null || packageOf(target) === own) return [];
        return isTest(file.path) && isTestMaterial(target, allowed)
          ? []
          : [`${at} leaves its package by a relative path: ${specifier}`];
      });
    });

/** Tests may read what the tests of a package below them share, such as the golden events. */
function isTestMaterial(target: string, allowed: readonly string[]): boolean {
  return allowed.includes(packageOf(target)) && /^[^/]+\/(test|fixtures)\//.test(target);
}

/** The features in the order of features.ts, by folder name; [] where that file is missing. */
export function listFeatures(text: string): string[] {
  return listImports("cloud-api/src/features.ts", text)
    .map((each) => /^\.\/features\/([^/]+)\/index\.ts$/.exec(each.specifier)?.[1])
    .filter((name) => name !== undefined);
}

/**
 * The order in which features.ts lists its features: the array's, for the imports are sorted by
 * name. Features that are imported and not listed come last.
 */
export function featureOrder(text: string): string[] {
  const { code } = masked(text);
  const list = /\bfeatures\b[^=]*=\s*(?:Object\.freeze\()?\[([^\]]*)\]/.exec(code)?.[1] ?? "";
  const position = (feature: string) => {
    const name = feature.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    const index = list.split(/[\s,]+/).indexOf(name);
    return index < 0 ? Number.POSITIVE_INFINITY : index;
  };
  return listFeatures(text).sort((a, b) => position(a) - position(b));
}

/** A feature imports only the index of features above it in features.ts. */
export const featuresImportOnlyThoseAbove: Rule = (files) => {
  const list = files.find((file) => file.path === "cloud-api/src/features.ts");
  const order = list ? featureOrder(list.text) : [];
  const lost = new Set(files.map((file) => featureOf(file.path)).filter((name) => name !== null));
  for (const name of order) lost.delete(name);
  const missing = [...lost].map((name) => `the feature ${name} is not in features.ts`);
  const found = files.flatMap((file) => {
    const own = featureOf(file.path);
    if (!own || !isCode(file.path) || lost.has(own)) return [];
    const place = order.indexOf(own);
    return listImports(file.path, file.text).flatMap(({ specifier, target, line }) => {
      const other = target ? featureOf(target) : null;
      if (!other || other === own) return [];
      const at = `${file.path}:${line}`;
      if (target !== `cloud-api/src/features/${other}/index.ts`)
        return [`${at} reaches into the feature ${other}: only its index.ts is a door`];
      return isTest(file.path) || order.indexOf(other) < place
        ? []
        : [`${at} imports ${other}, which is not above ${own} in features.ts (${specifier})`];
    });
  });
  return [...missing, ...found];
};

/** Screens see their own schema and rules, the shell and libraries; they speak JSON to the rest. */
export const screensImportOnlyTheirOwn: Rule = (files) =>
  files.flatMap((file) => {
    const folder = /^(cloud-api\/src\/features\/[^/]+)\/screens\//.exec(file.path)?.[1];
    if (!folder || !isCode(file.path) || isTest(file.path)) return [];
    const doors = [`${folder}/schema.ts`, `${folder}/rules.ts`];
    return listImports(file.path, file.text).flatMap(({ specifier, target, line }) => {
      const isOwn =
        target !== null &&
        (target.startsWith(`${folder}/screens/`) ||
          target.startsWith(`${folder}/locales/`) ||
          target.startsWith("cloud-api/src/shell/") ||
          doors.includes(target));
      const isLibrary =
        target === null && !specifier.startsWith("node:") && !specifier.startsWith("@foyer/");
      return isOwn || isLibrary
        ? []
        : [`${file.path}:${line} is a screen and imports ${specifier}`];
    });
  });

/** The platform knows no feature, and no file of the server knows the shell. */
export const platformKnowsNoFeature: Rule = (files) =>
  files.flatMap((file) => {
    if (!isCode(file.path) || isTest(file.path)) return [];
    const isPlatform = file.path.startsWith("cloud-api/src/platform/");
    const isShell = file.path.startsWith("cloud-api/src/shell/");
    const isScreen = /^cloud-api\/src\/features\/[^/]+\/screens\//.test(file.path);
    if (!file.path.startsWith("cloud-api/src/")) return [];
    return listImports(file.path, file.text).flatMap(({ target, line }) => {
      if (!target) return [];
      if ((isPlatform || isShell) && featureOf(target))
        return [`${file.path}:${line} knows a feature: ${target}`];
      if (target.startsWith("cloud-api/src/shell/") && !isShell && !isScreen)
        return [`${file.path}:${line} is the server's and imports the shell: ${target}`];
      return [];
    });
  });

/** What runs on an appliance comes from `dependencies`: its install leaves the others out. */
export const importsAreDeclared: Rule = (files) =>
  files.flatMap((file) => {
    const own = packageOf(file.path);
    if (!isCode(file.path) || !ALLOWED_IMPORTS[own]) return [];
    const manifest = files.find((each) => each.path === `${own}/package.json`);
    if (!manifest) return [];
    const root = files.find((each) => each.path === "package.json");
    const declared = JSON.parse(manifest.text) as Manifest;
    const names = new Set(listNames(declared, ["dependencies", "optionalDependencies"]));
    if (isTest(file.path) || isBuilt(file.path)) {
      for (const name of listNames(declared, ["devDependencies"])) names.add(name);
      for (const name of listNames(JSON.parse(root?.text ?? "{}"), ["devDependencies"]))
        names.add(name);
    }
    return listImports(file.path, file.text).flatMap(({ specifier, target, line }) => {
      if (target !== null || specifier.startsWith("node:")) return [];
      const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
      return names.has(name) ? [] : [`${file.path}:${line} ${name} is not declared by ${own}`];
    });
  });

type Manifest = Record<string, Record<string, string> | undefined>;

function listNames(manifest: Manifest, kinds: readonly string[]): string[] {
  return kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}));
}

/** What Vite builds into files before anything runs. */
function isBuilt(path: string): boolean {
  return /^cloud-api\/(vite\.config\.ts|src\/shell\/|src\/features\/[^/]+\/screens\/)/.test(path);
}
