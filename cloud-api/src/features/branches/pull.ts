import { type BranchSettings, countsTenantVisits, nameKey, type PullReply } from "@foyer/contract";
import type { Context } from "../../feature.ts";
import type { TenantTransaction } from "../../platform/db.ts";
import { refuse } from "../../platform/errors.ts";
import type { BoxKey } from "../../platform/session.ts";
import { findBoxKey } from "./box-keys-queries.ts";
import { listDestinations } from "./destination-queries.ts";
import {
  type BranchRow,
  findBranchRow,
  listCommands,
  noteContact,
  passCommandsOn,
} from "./queries.ts";
import { toBranchSettings } from "./settings.ts";

/** What a box holds already. */
export type Held = {
  settings: number;
  guests: number;
  commands: number;
  codes: number;
  epoch: string | null;
};

export type Pull = {
  box: BoxKey;
  held: Held;
  waitSeconds: number;
  /** Ends the wait: the box has hung up. */
  signal: AbortSignal;
};

/** A busy tenant's log moves all the time; a waiting box asks again at most this often. */
const ASK_MILLISECONDS = 250;

/** Gives what is news to a box, at once or as soon as there is some; null when the wait is over. */
export async function pull(context: Context, question: Pull): Promise<PullReply | null> {
  const { box, signal, waitSeconds } = question;
  const deadline = Date.now() + waitSeconds * 1000;
  // Begun before the first look, so that nothing falls between look and wait.
  const watch = context.live.watch(box.tenantId);
  try {
    for (;;) {
      const asked = Date.now();
      const reply = await context.database.inTenant(box.tenantId, (tx) =>
        findNews(tx, context, question),
      );
      if (hasNews(reply)) return reply;
      const moved = await waitForMove(watch, { deadline, signal });
      if (!moved) return null;
      await rest(Math.min(asked + ASK_MILLISECONDS, deadline) - Date.now());
    }
  } finally {
    watch.close();
  }
}

async function findNews(
  tx: TenantTransaction,
  { hooks }: Context,
  { box, held }: Pull,
): Promise<PullReply> {
  const { branchId, boxId } = box;
  // Its key was good when the wait began: since then the box may have been removed, or other hardware
  // put in its place.
  if (!(await findBoxKey(tx, Buffer.from(nameKey(box.publicKey), "base64url"))))
    throw refuse("unauthorized", "This key has ended. Enrol the box again in the staff app.");
  await noteContact(tx, { boxId, settingsVersion: held.settings });
  const branch = await findBranchRow(tx, branchId);
  const isNews = branch !== null && branch.settingsVersion > held.settings;
  await passCommandsOn(tx, { branchId, held: held.commands });
  const guests = {
    ...{ branchId, boxId, epoch: held.epoch, since: held.guests },
    countsTenantVisits: countsTenantVisits(branch?.settings.pages ?? []),
  };
  return {
    // A box never goes back: one that holds a newer version keeps it.
    settings: isNews ? await describeSettings(tx, hooks, branch) : null,
    knownGuests: (await hooks.findKnownGuests?.(tx, guests)) ?? null,
    commands: await listCommands(tx, { branchId, after: held.commands }),
    codeAnswers: (await hooks.listCodeAnswers?.(tx, { boxId, after: held.codes })) ?? [],
  };
}

async function describeSettings(
  tx: TenantTransaction,
  hooks: Context["hooks"],
  branch: BranchRow,
): Promise<BranchSettings> {
  // Read after the row: codes newer than their version come once more, never too late.
  const accessCodes = (await hooks.listAccessCodes?.(tx, branch.id)) ?? [];
  const allowedDestinations = await listDestinations(tx);
  const retention = await hooks.findRetention?.(tx, branch.id);
  const told = { tenantId: tx.tenantId, accessCodes, allowedDestinations };
  return toBranchSettings(branch, { ...told, ...(retention && { retention }) });
}

function hasNews({ settings, knownGuests, commands, codeAnswers = [] }: PullReply): boolean {
  return settings !== null || knownGuests !== null || commands.length > 0 || codeAnswers.length > 0;
}

type Watching = Pick<ReturnType<Context["live"]["watch"]>, "next">;

async function waitForMove(
  watch: Watching,
  { deadline, signal }: { deadline: number; signal: AbortSignal },
): Promise<boolean> {
  const milliseconds = deadline - Date.now();
  if (milliseconds <= 0 || signal.aborted) return false;
  return (await watch.next({ milliseconds, signal })) === "moved" && !signal.aborted;
}

function rest(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, milliseconds)));
}
