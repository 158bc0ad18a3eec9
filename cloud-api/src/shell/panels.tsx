import { Skeleton } from "@mantine/core";
import { Suspense } from "react";
import { listPanels } from "./collect.ts";
import type { Panel } from "./screens.ts";

/** The pieces that other features show at this place of a page. */
export function Panels({ place, id = "" }: { place: Panel["place"]; id?: string }) {
  const isFilter = place === "customer-filter";
  return listPanels(place).map(({ component: Piece }, index) => (
    <Suspense key={index} fallback={isFilter ? null : <Skeleton height={160} radius="lg" />}>
      <Piece id={id} />
    </Suspense>
  ));
}
