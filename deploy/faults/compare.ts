import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openBranchReader } from "@foyer/branch-store";
import { Client } from "pg";
import type { Answered } from "./door.ts";
import {
  ANSWERED_OF_CLOUD,
  KNOWN_OF_BOX,
  KNOWN_OF_CLOUD,
  listBroken,
  listDifferences,
  listForgotten,
  listUntold,
  OF_CLOUD,
  type Row,
  type Truth,
  TWINS_IN_CLOUD,
  WRONG_IN_CLOUD,
} from "./truth.ts";
import { LOOK_MILLISECONDS } from "./wait-until.ts";

const STANDS_MILLISECONDS_MAX = 120_000;
const READ = "select coalesce(sum(position), 0) as thing from cursors where tenant_id = $1";

export type Told = {
  cloudFolder: string;
  boxFolder: string;
  tenantId: string;
  truth: Truth;
  answered: Answered;
  /** How many guests were told that they had come and gone. */
  came: number;
  /** There was a second store under the box's name. */
  hadTwins: boolean;
};

/**
 * In sentences, how the cloud differs from what happened. Asks the database itself, until its features have
 * followed the log and agree, or have read no further for long.
 */
export async function compare(told: Told): Promise<string[]> {
  const { boxFolder: folder } = told;
  const reader = openBranchReader({ folder, clock: () => new Date() });
  const listKnown = () => reader.read((tx) => tx.sql(KNOWN_OF_BOX).all()) as Row[];
  let until = Date.now() + STANDS_MILLISECONDS_MAX;
  let furthest = 0;
  try {
    for (;;) {
      const { differences, read } = await ask(told, listKnown);
      if (differences.length === 0 || Date.now() > until) return differences;
      // On a machine that others want as well they are late, and no less on their way.
      if (read > furthest) until = Date.now() + STANDS_MILLISECONDS_MAX;
      furthest = Math.max(furthest, read);
      await pause(LOOK_MILLISECONDS);
    }
  } finally {
    reader.close();
  }
}

/** `read`: how many events all features together have followed. */
type Asked = { differences: string[]; read: number };

async function ask(told: Told, listKnown: () => Row[]): Promise<Asked> {
  const { cloudFolder, tenantId, truth, answered, came, hadTwins } = told;
  const client = new Client({
    host: join(cloudFolder, "socket"),
    ...{ user: "foyer_admin", database: "foyer" },
  });
  // It may be on its way up again.
  client.on("error", () => {});
  try {
    await client.connect();
    const list = async (statement: string) =>
      (await client.query<{ id: string; told: string }>(statement, [tenantId])).rows;
    const listThings = async (statement: string) =>
      (await client.query<{ thing: string }>(statement, [tenantId])).rows.map(({ thing }) => thing);
    const differences = listDifferences(truth, {
      visits: await list(OF_CLOUD.visits),
      sessions: await list(OF_CLOUD.sessions),
      guests: await list(OF_CLOUD.guests),
      consents: await list(OF_CLOUD.consents),
    });
    const broken = listBroken(answered, {
      letIn: await listThings(ANSWERED_OF_CLOUD.letIn),
      ended: await listThings(ANSWERED_OF_CLOUD.ended),
    });
    const wrong: string[] = [];
    for (const [what, statement] of Object.entries(WRONG_IN_CLOUD))
      for (const thing of await listThings(statement)) wrong.push(`${what}: ${thing}`);
    if (!hadTwins)
      for (const box of await listThings(TWINS_IN_CLOUD))
        wrong.push(`two stores are said to speak as one box: ${box}`);
    const untold = listUntold(listKnown(), await list(KNOWN_OF_CLOUD));
    const forgotten = listForgotten(truth, came);
    const [{ thing: read } = { thing: "0" }] = (await client.query(READ, [tenantId])).rows;
    return {
      differences: [...differences, ...broken, ...wrong, ...untold, ...forgotten],
      read: Number(read),
    };
  } catch (error) {
    return { differences: [`the cloud's database cannot be asked: ${String(error)}`], read: 0 };
  } finally {
    await client.end().catch(() => {});
  }
}
