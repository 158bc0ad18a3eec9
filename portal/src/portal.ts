import type { BranchStore } from "@foyer/branch-store";
import type { Logger } from "./log.ts";
import type { FindMacOfAddress } from "./network.ts";
import type { Once } from "./once.ts";
import type { Seal } from "./sealed.ts";
import type { ScannedCodes } from "./sign-in/access-code/scanned.ts";
import type { Outbox } from "./sign-in/phone/channels/outbox.ts";
import type { CodeDesk } from "./sign-in/phone/request-code.ts";

/** A code that was just right: where its guest goes on, should the same be posted again. */
export type SpentCode = { code: string; url: string };

/** What every page of one running portal works with. */
export type Portal = {
  store: BranchStore;
  seal: Seal;
  clock: () => Date;
  log: Logger;
  /** What guests' browsers call this portal, without a slash at the end. */
  originOf: () => string;
  findMacOfAddress: FindMacOfAddress;
  codeDesk: CodeDesk;
  outbox: Outbox;
  /** By flow and method: the way back to the NAS that was given. */
  handBacks: Once<string>;
  /** By code. */
  spentCodes: Once<SpentCode>;
  scannedCodes: ScannedCodes;
};
