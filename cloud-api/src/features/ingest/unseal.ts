import type { KeyObject } from "node:crypto";
import { setImmediate as turn } from "node:timers/promises";
import {
  beginOpening,
  type EventEnvelope,
  findSealed,
  type HpkeContext,
  openSealedEvent,
  SEALED_EVENTS,
} from "@foyer/contract";
import type { Context } from "../../feature.ts";
import { openSealingKey } from "../branches/index.ts";

/** Private halves and encapsulated keys that are kept at hand: a box uses one for a thousand fields. */
const KEYS_MAX = 1000;
const CONTEXTS_MAX = 5000;

/** Events that are opened before others of the process get their turn: those that are being stored. */
const OPENED_AT_ONCE = 200;

/** Opens what boxes sealed. What it cannot open stays as it came, to be set aside. */
export type Unsealing = (tenantId: string, events: readonly unknown[]) => Promise<unknown[]>;

export function openUnsealing({
  database,
  sealing,
}: Pick<Context, "database" | "sealing">): Unsealing {
  const keys = new Map<string, KeyObject>();
  const contexts = new Map<string, HpkeContext>();

  /** Reads the keys that are not at hand. One that is unknown is asked for with each push. */
  async function fetchKeys(tenantId: string, names: ReadonlySet<string>): Promise<void> {
    const missing = [...names].filter((name) => !keys.has(`${tenantId} ${name}`));
    if (missing.length === 0) return;
    await database.readTenant(tenantId, async (tx) => {
      for (const name of missing) {
        const key = await openSealingKey(tx, sealing, name);
        if (key) keep(keys, { name: `${tenantId} ${name}`, value: key, max: KEYS_MAX });
      }
    });
  }

  function findContext(tenantId: string, key: string, encapsulated: string): HpkeContext | null {
    const name = `${tenantId} ${key} ${encapsulated}`;
    const known = contexts.get(name);
    if (known) return known;
    const privateKey = keys.get(`${tenantId} ${key}`);
    const context = privateKey ? beginOpening(privateKey, encapsulated, SEALED_EVENTS) : null;
    if (context) keep(contexts, { name, value: context, max: CONTEXTS_MAX });
    return context;
  }

  return async (tenantId, events) => {
    const sealed = events.map(findSealed);
    await fetchKeys(tenantId, new Set(sealed.flatMap((each) => each?.key ?? [])));
    const opened: unknown[] = [];
    for (const [index, event] of events.entries()) {
      const fields = sealed[index];
      const context = fields && findContext(tenantId, fields.key, fields.encapsulated);
      opened.push(context ? (openSealedEvent(event as EventEnvelope, context) ?? event) : event);
      if (opened.length % OPENED_AT_ONCE === 0) await turn();
    }
    return opened;
  };
}

/** The one that was kept first goes. */
function keep<Value>(
  kept: Map<string, Value>,
  { name, value, max }: { name: string; value: Value; max: number },
): void {
  const [oldest] = kept.keys();
  if (kept.size >= max && oldest !== undefined) kept.delete(oldest);
  kept.set(name, value);
}
