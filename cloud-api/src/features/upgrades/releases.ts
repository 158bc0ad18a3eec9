import { createHash } from "node:crypto";
import type { ReleaseAnnouncement, UpgradeCall } from "@foyer/contract";
import type { Database, TenantTransaction } from "../../platform/db.ts";
import { findOffer, findPart, type ReleaseRow } from "./queries.ts";
import { countParts, lengthOfPart, PART_BYTES, stagesFor } from "./rules.ts";
import type { Ring } from "./schema.ts";

export function readRow(row: ReleaseRow): ReleaseAnnouncement {
  const { version, architecture, sha256, signedAt, signature } = row;
  return { version, architecture, bytes: Number(row.bytes), sha256, signedAt, signature };
}

type Standing = Pick<UpgradeCall, "architecture"> & { ring: Ring; release: string | null };

/** The release that a box is to have instead of what runs; null: none. */
export async function findFor(
  tx: TenantTransaction,
  boxId: string,
  { architecture, ring, release }: Standing,
): Promise<ReleaseRow | null> {
  const row = await findOffer(tx, { boxId, architecture, stages: stagesFor(ring) });
  return row === null || row.version === release ? null : row;
}

type Tarball = Pick<ReleaseAnnouncement, "sha256" | "bytes">;

/**
 * A tarball from a byte on, part by part: each in a transaction of its own, so that none is held while a
 * slow box reads. Throws where a part is not there, or not as long as it should be.
 */
export async function* readTarball(
  database: Database,
  { sha256, bytes }: Tarball,
  from = 0,
): AsyncGenerator<Buffer> {
  for (let part = Math.floor(from / PART_BYTES); part < countParts(bytes); part += 1) {
    const held = await database.inDirectory((tx) => findPart(tx, { sha256, part }));
    if (held?.length !== lengthOfPart(part, bytes))
      throw new Error(`part ${part} of release ${sha256} is not there, or not whole`);
    yield held.subarray(Math.max(0, from - part * PART_BYTES));
  }
}

/** Whether what was put in is what was announced. */
export async function isWhole(database: Database, tarball: Tarball): Promise<boolean> {
  const hash = createHash("sha256");
  for await (const bytes of readTarball(database, tarball)) hash.update(bytes);
  return hash.digest("hex") === tarball.sha256;
}
