import type { ReleaseKind } from "./build-release.ts";
import type { GatewayMode } from "./gateway-mode.ts";
import type { Places } from "./host.ts";
import type { Verdict } from "./verdict-rules.ts";
import type { Word } from "./words.ts";

/** What is installed as a release, upgraded on trial and gone back from: a box, or the cloud. */
export type Installation = {
  places: Places;
  /** What a release of it is made of. */
  kind: ReleaseKind;
  user: string;
  /** Those of the machine that its user belongs to, where they are there. */
  groups: readonly string[];
  /** Where its own files lie in a release. */
  folder: string;
  /** The program of that folder that administrators call. */
  command: string;
  /** Which names of units are its own. */
  isUnit: (name: string) => boolean;
  target: string;
  /** In which folders of units links say that one begins by itself. */
  wantedBy: readonly string[];
  /** Units that begin by themselves only once somebody enables them. */
  isOptional: (name: string) => boolean;
  /** False: the former release runs until the new one is started in its place. */
  stopsForSwitch: boolean;
  /** The settings at first. `origin`: what browsers shall call it, where that was said. */
  configure: (origin: string | null) => string;
  /** Starts it, and looks until it is known whether it comes up well. */
  startAndJudge: () => Promise<Verdict>;
  /** Until all of it has ended. */
  stop: () => void;
  /** What it does where it is its own access controller; null: it never is. */
  gateway: GatewayMode | null;
  /** In the terminal's language. */
  say: (word: Word) => string;
  /** What there is to do after the first installation. */
  listNext: () => Word[];
};
