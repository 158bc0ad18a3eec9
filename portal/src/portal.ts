import type { BranchStore, Guest } from "@foyer/branch-store";
import type { Nas } from "@foyer/contract";
import type { Unsealing } from "./arrive/unsealing.ts";
import type { DoorNotes } from "./door-notes.ts";
import type { WayBack } from "./grant/grant.ts";
import type { LetIns } from "./grant/let-in.ts";
import type { Logger } from "./log.ts";
import type { MemberFiles } from "./member/files.ts";
import type { DeviceLists } from "./nas/controller/device-lists.ts";
import type { HandOffs } from "./nas/hand-offs.ts";
import type { NasAdapter, NasTools } from "./nas/index.ts";
import type { FindMacOfAddress } from "./network.ts";
import type { Once } from "./once.ts";
import type { AcceptedTerms } from "./page-context.ts";
import type { Seal } from "./sealed.ts";
import type { ScannedCodes } from "./sign-in/access-code/scanned.ts";
import type { SignInCounts } from "./sign-in/counts/sign-in-counts.ts";
import type { Outbox } from "./sign-in/phone/channels/outbox.ts";
import type { CodeDesk } from "./sign-in/phone/request-code.ts";
import type { SlowAnswer } from "./sign-in/slow-answer.ts";
import type { StoreTurns } from "./store-turn.ts";
import type { Tally } from "./tally.ts";

/** A code that was just right, and where its guest goes on, should the same be posted again. */
export type SpentCode = {
  code: string;
  /** Null while it is asked whether they are whose number it was. */
  guest: Guest | null;
  terms: AcceptedTerms | null;
  method: "phone-code" | "email-code" | "member-code";
  /** Null where the guest was refused. */
  url: string | null;
};

/** What every page of one running portal works with. */
export type Portal = StoreTurns & {
  store: BranchStore;
  seal: Seal;
  clock: () => Date;
  log: Logger;
  /** What guests' browsers call this portal, without a slash at the end. */
  originOf: () => string;
  findMacOfAddress: FindMacOfAddress;
  memberFiles: MemberFiles;
  codeDesk: CodeDesk;
  outbox: Outbox;
  /** Why guests are led on or turned away. */
  doorNotes: DoorNotes;
  /** As nas/index.ts has it; tests bring adapters of their own. */
  adapterOf: (nas: Nas) => NasAdapter;
  nasTools: NasTools;
  deviceLists: DeviceLists;
  /** By NAS and address: the page after access, for a NAS that leads guests to none of their own. */
  landings: Once<string>;
  /** By flow and method: the way back to the NAS that was given. */
  handBacks: Once<WayBack>;
  /** By flow and method: what came of telling the NAS. */
  letIns: LetIns;
  /** By code; of a device that was not proved by its flow too, since it may type the code in another. */
  spentCodes: Once<SpentCode>;
  /** By NAS and device as codes are kept apart, of devices that were not proved: the code's id. */
  rightCodes: Once<string>;
  /** By flow and guest: the member's code that was just given. */
  memberCodes: Once<string>;
  handOffs: HandOffs;
  unsealing: Unsealing;
  /** By flow: how many tickets it was given. */
  flowTickets: Once<number>;
  /** By flow: the guest whom a click-through registered in it, let in or not. */
  flowGuests: Once<string>;
  scannedCodes: ScannedCodes;
  beforeWrongAnswer: SlowAnswer;
  signInCounts: SignInCounts;
  /** By NAS: devices that nobody vouched for, taken in within a quarter of an hour. */
  countNewDevices: Tally;
  /** By guest: languages chosen on the page after access within a quarter of an hour. */
  countLanguageChoices: Tally;
};
