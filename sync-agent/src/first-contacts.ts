import { listNasSights, listRefusedArrivals, listUnknownSenders } from "@foyer/branch-store";
import { findStoreTrouble, type Link } from "./link.ts";
import { rest } from "./wait.ts";

const LOOK_MILLISECONDS = 2000;

/**
 * Tells the cloud at once where an access controller was heard for the first time: whoever sets it up
 * stands beside it and looks. What goes on as it did is told once a minute.
 */
export async function tellFirstContacts(link: Link, report: () => Promise<unknown>): Promise<void> {
  const { store, signal } = link;
  let commits = store.changeCount();
  let told = describeSteps(link);
  while (!signal.aborted) {
    await rest(LOOK_MILLISECONDS, signal);
    const now = store.changeCount();
    if (signal.aborted || now === commits) continue;
    commits = now;
    const steps = describeSteps(link);
    if (steps === null || steps === told) continue;
    told = steps;
    await orNull(report);
  }
}

/** Which steps each has come to, whenever that was. Null: the store could not be asked. */
function describeSteps({ store }: Link): string | null {
  try {
    return store.read((tx) => {
      const nas = listNasSights(tx).map(({ nasId, refusals, ...times }) => [
        nasId,
        Object.values(times).map((each) => each !== null),
        refusals.map(({ reason }) => reason).toSorted(),
      ]);
      const senders = listUnknownSenders(tx).map(({ address }) => address);
      const refused = listRefusedArrivals(tx).map(({ words }) => words);
      return JSON.stringify([nas, senders.toSorted(), refused.toSorted()]);
    });
  } catch (error) {
    if (findStoreTrouble(error) === null) throw error;
    return null;
  }
}

/** What the store does not give just now is told with the next report. */
async function orNull(report: () => Promise<unknown>): Promise<unknown> {
  try {
    return await report();
  } catch (error) {
    if (findStoreTrouble(error) === null) throw error;
    return null;
  }
}
