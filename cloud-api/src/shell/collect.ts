import type { NamedValues, NavigationEntry, Panel, Route, Screens, ToldPart } from "./screens.ts";

// Vite replaces this by one import per feature: a feature with screens needs no other registration.
const modules = import.meta.glob<{ screens: Screens }>("../features/*/screens/index.tsx", {
  eager: true,
});

const declared = Object.values(modules).map((module) => module.screens);

export const navigation: readonly NavigationEntry[] = declared.flatMap(
  (screens) => screens.navigation ?? [],
);

export const routes: readonly Route[] = declared.flatMap((screens) => screens.routes ?? []);

/** Where somebody reads about a screen; null: nowhere. */
export const helpPath: string | null = declared.find(({ help }) => help)?.help ?? null;

/** Words for the values of all features. */
export const collectValues = (): Promise<NamedValues[]> =>
  Promise.all(declared.flatMap(({ values }) => (values ? [values()] : [])));

/** What shows parts of records whose values say little by themselves, by the names of the parts. */
export const toldParts: ReadonlyMap<string, ToldPart> = new Map(
  declared.flatMap(({ parts = {} }) => Object.entries(parts)),
);

export function listPanels(place: Panel["place"]): Panel[] {
  return declared
    .flatMap((screens) => screens.panels ?? [])
    .filter((panel) => panel.place === place)
    .sort((a, b) => a.order - b.order);
}
