import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Logger } from "../log.ts";
import {
  type AdmittedList,
  admit,
  foldCounts,
  keepCounts,
  listOnline,
  putOut,
  totalOf,
} from "./admitted.ts";
import type { RunCommand } from "./commands.ts";
import type { Counts } from "./counters.ts";
import { openKernel } from "./kernel.ts";
import { type Lease, readLeases } from "./leases.ts";
import { type GuestNetwork, type Guests, listGone, type Rates } from "./network.ts";
import type { FilterAnswer, FilterRequest } from "./requests.ts";
import { type FilterState, loadState, replaceFile, writeState } from "./state-file.ts";

/** What dnsmasq writes, and what this writes, in the state folder. */
export const LEASE_FILE = "leases";
const STATE_FILE = "state.json";
const COUNTS_SAVED_MS = 60_000;

/** Those who serve names, and are told of others. */
export type NamePrograms = {
  changeGarden: (names: readonly string[]) => Promise<void>;
  changePublicName: (name: string | null) => Promise<void>;
};

export type Filter = {
  walledGarden: () => readonly string[];
  begin: () => Promise<void>;
  /** After what nobody tells of: leases, counters, and whether the rules are still there. */
  look: () => Promise<void>;
  /** What was counted is on the disk. */
  close: () => void;
  answer: (request: FilterRequest, programs: NamePrograms) => Promise<FilterAnswer>;
};

type FilterParts = {
  network: GuestNetwork;
  stateFolder: string;
  log: Logger;
  run: RunCommand;
};

/** Answers what is asked, one request after the other. */
export function createFilter(parts: FilterParts): Filter {
  const door = openDoor(parts);
  const answer = async (request: FilterRequest, programs: NamePrograms): Promise<FilterAnswer> => {
    switch (request.op) {
      case "authorise":
        await door.change((admitted) => admit(admitted, request.mac, ratesOf(request)));
        return { ok: true };
      case "end": {
        const counts = { last: null as Counts | null };
        await door.change((admitted) => {
          const guest = admitted.get(request.mac);
          counts.last = guest ? totalOf(guest) : null;
          return putOut(admitted, request.mac);
        });
        return { ok: true, counts: counts.last };
      }
      case "list":
        return { ok: true, leases: door.leases(), admitted: door.list().map(describe) };
      case "counters":
        await door.count();
        return { ok: true, counters: door.list().map(describeCounts) };
      case "walled-garden":
        if (door.changeGarden(request.names)) await programs.changeGarden(request.names);
        return { ok: true };
      case "public-name":
        await programs.changePublicName(request.name);
        return { ok: true };
    }
  };
  // What the kernel is told is always the step after what it was told before.
  const inTurn = createTurns();
  return {
    walledGarden: door.walledGarden,
    begin: () => inTurn(door.begin),
    look: () => inTurn(() => door.change((admitted) => admitted)),
    close: door.close,
    answer: (request, programs) => inTurn(() => answer(request, programs)),
  };
}

/** Who is let in, on the disk and in the kernel. Its calls must not run beside each other. */
function openDoor({ network, stateFolder, log, run }: FilterParts) {
  const kept = openKept(join(stateFolder, STATE_FILE), log);
  const readLeaseFile = () => readLeases(readIfThere(join(stateFolder, LEASE_FILE)), network);
  let leases: readonly Lease[] = readLeaseFile();
  const guestsOf = (admitted: AdmittedList): Guests => ({
    leased: leases,
    online: listOnline(admitted, leases),
  });
  const kernel = openKernel(network, run, guestsOf(kept.state().admitted));

  const count = async () => {
    const counted = await kernel.count();
    const { admitted } = kept.state();
    if (counted) kept.hold({ admitted: keepCounts(admitted, kernel.inForce().online, counted) });
    return counted !== null;
  };
  const layDown = async () => {
    const { admitted } = kept.state();
    await kernel.layDown(guestsOf(admitted));
    kept.hold({ admitted: foldCounts(admitted, [...admitted.keys()]) });
    kept.save();
  };
  return {
    count,
    leases: () => leases,
    list: () => [...kept.state().admitted.values()],
    walledGarden: () => kept.state().walledGarden,
    /** False: it is as it was. */
    changeGarden: (walledGarden: readonly string[]) => {
      if (walledGarden.join() === kept.state().walledGarden.join()) return false;
      kept.hold({ walledGarden });
      kept.save();
      return true;
    },
    begin: async () => {
      // The rules of the process before this one may still be there, and have counted on.
      await count();
      await layDown();
      await kernel.openInterface();
    },
    /** Whoever leaves the rules is counted before: their counters go with them. */
    change: async (makeNext: (admitted: AdmittedList) => AdmittedList) => {
      leases = readLeaseFile();
      if (!(await count())) {
        log.error("the rules were taken away by somebody else, and are laid down anew");
        await layDown();
      }
      const next = makeNext(kept.state().admitted);
      const guests = guestsOf(next);
      const leaving = listGone(kernel.inForce().online, guests.online).map(({ mac }) => mac);
      await kernel.change(guests);
      const isSame = next === kept.state().admitted && leaving.length === 0;
      kept.hold({ admitted: foldCounts(next, leaving) });
      kept.save(isSame ? "soon" : "now");
    },
    close: () => kept.save("now"),
  };
}

const ratesOf = ({ uploadKbps, downloadKbps }: Rates): Rates => ({ uploadKbps, downloadKbps });
const describe = ({ mac, ...rates }: { mac: string } & Rates) => ({ mac, ...ratesOf(rates) });
const describeCounts = (each: Parameters<typeof totalOf>[0] & { mac: string }) => ({
  mac: each.mac,
  ...totalOf(each),
});

function createTurns() {
  let turn: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const result = turn.then(work);
    turn = result.catch(() => null);
    return result;
  };
}

/** What is known, and what of it is on the disk. */
function openKept(file: string, log: Logger) {
  const { state: loaded, fault } = loadState(file);
  if (fault) log.error({ fault }, "who was let in cannot be read: everybody has to sign in anew");
  let state = loaded;
  let written = "";
  let savedAt = Number.NEGATIVE_INFINITY;
  return {
    state: () => state,
    hold: (change: Partial<FilterState>) => {
      state = { ...state, ...change };
    },
    /** What was counted can wait, and the card it is written to lasts longer. */
    save: (when: "now" | "soon" = "now") => {
      if (when === "soon" && performance.now() - savedAt < COUNTS_SAVED_MS) return;
      const text = writeState(state);
      if (text === written) return;
      replaceFile(file, text);
      written = text;
      savedAt = performance.now();
    },
  };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return "";
    throw error;
  }
}
