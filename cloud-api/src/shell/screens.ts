import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import type { Language, Text } from "./translate.ts";

/** The parts of the navigation, in the order they stand; the first has no heading. */
export const SECTIONS = ["now", "customers", "pages", "wifi", "company", "help"] as const;
export type Section = (typeof SECTIONS)[number];

/** An entry of the staff app's navigation, in both languages. */
export type NavigationEntry = {
  path: string;
  label: { vi: Text; en: Text };
  icon: ComponentType<{ size?: number; stroke?: number }>;
  section: Section;
  /** Entries of a section stand in rising order; leave gaps. */
  order: number;
  /** Shown to those who hold it; absent: to everybody. The API refuses the others anyway. */
  permission?: string;
  /** Another that they have to hold as well. */
  beside?: string;
  /** A small piece beside the label, which may show nothing. */
  mark?: LazyExoticComponent<ComponentType>;
};

export type Route = {
  /** A wouter pattern such as /customers/:id; its parameters reach the component as `params`. */
  path: string;
  component: Screen;
  /**
   * `public` screens are for people who have not signed in, `operator` ones for whoever runs this
   * Foyer, outside of every company.
   */
  for?: "public" | "staff" | "operator";
};

/** A piece one feature shows on another feature's page, which offers the place and knows no feature. */
export type Panel = {
  place:
    | ("customer" | "customer-devices")
    | ("customer-filter" | "customer-views" | "customer-selection")
    | ("box" | "box-page" | "branch-place" | "tags")
    // Below the figures of the overview; and before them where nothing happened yet.
    | ("overview" | "overview-first")
    // Beside the filters of a report, whose address `id` is.
    | "report"
    // Among them: by what guests' facts are told apart, which stands in the page's own address.
    | ("narrowing" | "narrowing-customers");
  /** `id` names what the page shows; empty where it shows nothing of its own. */
  component: LazyExoticComponent<ComponentType<{ id: string }>>;
  order: number;
  /** What it reads takes this permission: nobody else is shown it. */
  permission?: string;
};

/** Words for what the API has names for: permissions, kinds of events. Name → words, by language. */
export type NamedValues = Record<Language, Readonly<Record<string, string>>>;

/** Says in words what a part of a record was or is, as the API told it. */
export type ToldPart = LazyExoticComponent<ComponentType<{ value: unknown }>>;

/** What a feature's `screens/index.tsx` exports as `screens`. */
export type Screens = {
  navigation?: NavigationEntry[];
  routes?: Route[];
  panels?: Panel[];
  /** Its words where another feature tells of its values; fetched when they are first shown. */
  values?: () => Promise<NamedValues>;
  /** What shows a part of a record that the audit log tells of, by the part's name there. */
  parts?: Readonly<Record<string, ToldPart>>;
  /** Where somebody reads about a screen: `<help>?about=<its address>`. */
  help?: string;
};

export type ScreenProps = { params: Record<string, string | undefined> };
export type Screen = LazyExoticComponent<ComponentType<ScreenProps>>;

const AGAIN_AFTER_MS = 800;

/**
 * A named export of a file that is fetched only when it is first shown. It is asked for once more
 * when that fails: a laptop that changes its network drops what was on the way.
 */
export function lazyScreen<Name extends string, Props>(
  load: () => Promise<Record<Name, ComponentType<Props>>>,
  name: Name,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => {
    const module = await load().catch(async () => {
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS));
      return load();
    });
    return { default: module[name] };
  });
}

/** The sections that have entries, each with its own. */
export function groupEntries(
  entries: readonly NavigationEntry[],
): { section: Section; entries: NavigationEntry[] }[] {
  return SECTIONS.map((section) => ({
    section,
    entries: entries
      .filter((entry) => entry.section === section)
      .toSorted((a, b) => a.order - b.order),
  })).filter((group) => group.entries.length > 0);
}

/** Which navigation entry a path belongs to: the longest that begins it. */
export function findActiveEntry(
  entries: readonly NavigationEntry[],
  path: string,
): NavigationEntry | null {
  const fitting = entries.filter(
    (entry) => path === entry.path || path.startsWith(entry.path === "/" ? "\n" : `${entry.path}/`),
  );
  return fitting.sort((a, b) => b.path.length - a.path.length)[0] ?? null;
}
