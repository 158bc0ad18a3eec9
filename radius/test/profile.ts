import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The part of V8's .cpuprofile that is read here. */
type Profile = {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[];
  samples: number[];
  timeDeltas: number[];
};

/** A share of the busy time, and who had it. */
export type Share = { place: string; share: number };

const IDLE = "(idle)";
const OURS = /([a-z-]+)\/src\/(.+)\.ts$/;

/**
 * Who kept a process busy, the busiest first: each moment counts for the file of ours that was
 * nearest on the stack, so that a statement of SQLite counts for the table's file.
 */
export function readShares(folder: string): Share[] {
  const [file] = globSync("*.cpuprofile", { cwd: folder });
  if (file === undefined) throw new Error("the process left no profile");
  const profile: Profile = JSON.parse(readFileSync(join(folder, file), "utf8"));
  const places = placeNodes(profile);
  const times = new Map<string, number>();
  profile.samples.forEach((id, at) => {
    const place = places.get(id) ?? IDLE;
    times.set(place, (times.get(place) ?? 0) + (profile.timeDeltas[at] ?? 0));
  });
  times.delete(IDLE);
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0);
  return [...times]
    .map(([place, time]) => ({ place, share: time / busy }))
    .sort((left, right) => right.share - left.share);
}

/** What each node of the tree counts for: its own file, else that of its caller. */
function placeNodes({ nodes }: Profile): Map<number, string> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const places = new Map<number, string>();
  const [root] = nodes;
  const open = root ? [{ node: root, inherited: "node" }] : [];
  for (let next = open.pop(); next; next = open.pop()) {
    const { functionName, url } = next.node.callFrame;
    const ours = OURS.exec(url);
    const isSystem = functionName.startsWith("(") && functionName !== "(root)";
    const own = ours ? `${ours[1]}/${ours[2]}` : isSystem ? functionName : next.inherited;
    places.set(next.node.id, own);
    for (const id of next.node.children ?? []) {
      const node = byId.get(id);
      if (node) open.push({ node, inherited: own });
    }
  }
  return places;
}
