import {
  type BranchSettings,
  hashPart,
  listParts,
  type PullReply,
  takePicturesOut,
} from "@foyer/contract";

type Taken = ReturnType<typeof takePicturesOut>;

/** `pictures`: those that what is told speaks of, by their hash. */
export type ToldParts = Pick<PullReply, "settings" | "settingsParts"> & {
  pictures: ReadonlyMap<string, string>;
};

/** The settings as a box takes them: whole, or those parts that it does not hold. */
export function chooseParts(
  settings: BranchSettings,
  held: ReadonlyMap<string, string> | null,
): ToldParts {
  if (!held) return { settings, pictures: new Map() };
  const all = listParts(settings).map(([name, part]) => {
    const taken = takeOut(part);
    return { name, ...taken, hash: hashPart(taken.value) };
  });
  const news = all.filter(({ name, hash }) => held.get(name) !== hash);
  return {
    settings: null,
    settingsParts: {
      version: settings.version,
      hashes: Object.fromEntries(all.map(({ name, hash }) => [name, hash])),
      parts: Object.fromEntries(news.map(({ name, value }) => [name, value])),
    },
    pictures: new Map(news.flatMap(({ pictures }) => [...pictures])),
  };
}

/** Pages without their pictures: one that stands on many branches is one object, and its pictures are long. */
const known = new WeakMap<object, Taken>();

function takeOut(part: unknown): Taken {
  if (!Array.isArray(part)) return takePicturesOut(part);
  const taken = part.map((each: unknown) => {
    if (typeof each !== "object" || each === null) return takePicturesOut(each);
    const remembered = known.get(each) ?? takePicturesOut(each);
    known.set(each, remembered);
    return remembered;
  });
  return {
    value: taken.map(({ value }) => value),
    pictures: new Map(taken.flatMap(({ pictures }) => [...pictures])),
  };
}
