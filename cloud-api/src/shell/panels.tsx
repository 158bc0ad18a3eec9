import { Skeleton } from "@mantine/core";
import { Suspense } from "react";
import { listPanels } from "./collect.ts";
import type { Panel } from "./screens.ts";
import { useIsShown } from "./session.tsx";

/** The pieces that other features show at this place of a page, to whoever may read them. */
export function Panels({ place, id = "" }: { place: Panel["place"]; id?: string }) {
  // On a page of their own they leave a gap while they are fetched; beside something else, none.
  const isSmall = place !== "customer";
  const isShown = useIsShown();
  return listPanels(place)
    .filter(isShown)
    .map(({ component: Piece }, index) => (
      <Suspense key={index} fallback={isSmall ? null : <Skeleton height={160} radius="lg" />}>
        <Piece id={id} />
      </Suspense>
    ));
}
