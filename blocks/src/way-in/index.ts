import { openWholePages } from "../template.ts";
import type { CodeView } from "./code.ts";
import type { DetailsView } from "./details.ts";
import type { OnlineView } from "./online.ts";
import type { WayInView } from "./rules.ts";
import type { SayWayIn } from "./words.ts";

/** The first page with its forms, and the parts of it that other pages have too. */
export const WAY_IN_TEMPLATES = new URL(".", import.meta.url);
const draw = openWholePages(WAY_IN_TEMPLATES);

/** What stands in <main> of the page that an arrival leads to. */
export type FirstPage = WayInView & {
  /** The branch's own part, as HTML. */
  blocks: string;
  /** Said above it; null: nothing is. */
  visitNumber: number | null;
  t: SayWayIn;
  /** What its forms carry along. */
  sealed: string;
  /** The way in is to be looked at alone. */
  isInert: boolean;
};

export const drawFirst = (values: FirstPage): string => draw("first", values);

type Carried = { t: SayWayIn; sealed: string };

/** What stands in <main> of the pages that follow it, until a guest is online. */
export const drawCode = (values: CodeView & Carried): string => draw("code", values);
export const drawDetails = (values: DetailsView & Carried): string => draw("details", values);

/** What stands in <main> of the page after access. */
export const drawOnline = (values: OnlineView & Carried): string => draw("online", values);

/** What stands in <main>, to be looked at alone. */
export const inert = (main: string): string => `<section inert>\n${main}</section>\n`;

/** What is only looked at stands as if there were nothing around it. */
export const INERT_STYLE = "section[inert]{display:contents}";
