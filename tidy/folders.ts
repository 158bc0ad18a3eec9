import { packageOf, type Rule } from "./source.ts";

/**
 * The folders a package may have, as patterns of folder paths inside it. A level more than these
 * is a sign that a package wants to be two.
 */
const FOLDERS: Record<string, RegExp> = {
  contract: /^(src(\/events)?|fixtures(\/(events|settings))?|test)$/,
  "branch-store": /^src(\/migrations)?$/,
  admission: /^src$/,
  blocks: /^src(\/[a-z-]+(\/locales)?)?$/,
  radius: /^src(\/(protocol|server|store|authorize|eap|account|vendors|disconnect))?$/,
  portal:
    /^src(\/(adverts|arrive|capture|consent|details|nas(\/[a-z-]+)?|grant|member|pages|privacy|survey|layout|locales|public|sign-in(\/[a-z-]+(\/channels)?)?))?$/,
  "sync-agent": /^src(\/setup(\/locales)?)?$/,
  gateway: /^src(\/(filter|nas))?$/,
  "cloud-api":
    /^src(\/(platform(\/migrations)?|shell(\/locales)?|features(\/[a-z-]+(\/(migrations|screens|views|locales|adapters|articles\/(en|vi)))?)?))?$/,
  deploy: /^(box|cloud|nas(\/[a-z-]+)?|demo|faults|lab)$/,
};

/** Every package has these where it needs them. */
const ANYWHERE = /^$|^(test|bench)$/;

/**
 * What a feature's files may not be called: the layers of other houses. A role has its one name
 * (index, rules, queries, routes, schema, jobs, handlers), and what is split off from it is named
 * after what it holds.
 */
const OTHER_LAYERS =
  /(^|-)(service|controller|repository|dao|dto|entity|module|provider|store-?impl)s?(\.test)?\.ts$/;

/** Packages keep the folders of the design, one level deep, and features the files of theirs. */
export const foldersAreTheDesigns: Rule = (files) =>
  files.flatMap(({ path }) => {
    const own = packageOf(path);
    const allowed = FOLDERS[own];
    if (!allowed) return [];
    const folder = path.slice(own.length + 1).replace(/\/?[^/]*$/, "");
    if (!ANYWHERE.test(folder) && !allowed.test(folder))
      return [`${path} lies in a folder that ${own} does not have: ${folder}`];
    const file = /^src\/features\/[a-z-]+\/([^/]+)$/.exec(path.slice(own.length + 1))?.[1];
    return file && OTHER_LAYERS.test(file)
      ? [`${path} is named after a layer that features do not have`]
      : [];
  });

/** Names that cannot say no collect everything. */
const FORBIDDEN = /^(shared|common|core|lib|libs|utils?|types?|models?|helpers?|misc|manager)$/;

/** No folder, file or package is named after nothing in particular; all are kebab-case. */
export const namesSayWhatTheyHold: Rule = (files) =>
  files.flatMap(({ path, text }) => {
    const parts = path.split("/");
    const stem = (parts.at(-1) ?? "").replace(/\..*$/, "");
    const vague = [...parts.slice(0, -1), stem].find((part) => FORBIDDEN.test(part));
    const found = vague ? [`${path} is named ${vague}, which cannot say what it holds`] : [];
    if (
      /\.(ts|tsx|eta|sql|css)$/.test(path) &&
      !/^[a-z0-9]+([-_.][a-z0-9]+)*$/.test(parts.at(-1) ?? "")
    )
      found.push(`${path} is not in kebab-case`);
    if (parts.at(-1) === "package.json") {
      const name = String((JSON.parse(text) as { name?: unknown }).name ?? "");
      if (FORBIDDEN.test(name.replace(/^.*\//, ""))) found.push(`${path} names a package ${name}`);
    }
    return found;
  });

/** Each package says on one page what it is for. */
export const everyPackageHasAReadme: Rule = (files) => {
  const paths = new Set(files.map((file) => file.path));
  return Object.keys(FOLDERS)
    .filter((name) => !paths.has(`${name}/README.md`))
    .map((name) => `${name} has no README.md`);
};
