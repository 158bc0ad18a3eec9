/** Pictures of the settings that boxes were told of lately, which they ask for one after the other. */
export type ToldPictures = {
  /** Remembers the pictures, and that the boxes of this branch may have them. */
  keep: (branchId: string, pictures: ReadonlyMap<string, string>) => void;
  /** As the box gets it; null: nobody told the branch of it lately, and its settings say whether it has it. */
  find: (branchId: string, hash: string) => Buffer | null;
};

/** Those told of last are kept. */
const PICTURES_BYTES_MAX = 64 * 1024 * 1024;
const BRANCHES_MAX = 20_000;

/**
 * A page with four pictures that is put on five hundred branches is two thousand questions for the same four
 * pictures: without this each reads a branch's whole settings.
 */
export function openToldPictures(): ToldPictures {
  const pictures = new Map<string, Buffer>();
  const branches = new Map<string, ReadonlySet<string>>();
  let bytes = 0;

  const keepOne = (hash: string, picture: string) => {
    const held = pictures.get(hash) ?? Buffer.from(picture);
    if (!pictures.delete(hash)) bytes += held.length;
    pictures.set(hash, held);
    for (const [oldest, { length }] of pictures) {
      if (bytes <= PICTURES_BYTES_MAX) break;
      pictures.delete(oldest);
      bytes -= length;
    }
  };
  return {
    keep: (branchId, told) => {
      if (told.size === 0) return;
      for (const [hash, picture] of told) keepOne(hash, picture);
      branches.delete(branchId);
      branches.set(branchId, new Set(told.keys()));
      const [oldest] = branches.keys();
      if (branches.size > BRANCHES_MAX && oldest !== undefined) branches.delete(oldest);
    },
    find: (branchId, hash) =>
      branches.get(branchId)?.has(hash) ? (pictures.get(hash) ?? null) : null,
  };
}
