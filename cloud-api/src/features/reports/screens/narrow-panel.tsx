import { type ReportFilters, readFilters, writeNarrowing } from "../../../shell/report-filters.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { SlotFilter } from "./slot-filter.tsx";
import { WhoFilter } from "./who-filter.tsx";

/** On pages of what guests did: at which hours, and of whom, by the address of the page. */
export function NarrowPanel() {
  const { parameters, change } = useSearchParameters();
  const filters = readFilters(parameters);
  const place = {
    ...{ from: parameters.get("from"), to: parameters.get("to") },
    ...{ brandId: parameters.get("brandId"), branchIds: parameters.get("branchId") },
  };
  const choose = (chosen: Partial<ReportFilters>) =>
    change(writeNarrowing({ ...filters, ...chosen }));
  return (
    <>
      <SlotFilter {...{ filters, choose }} />
      <WhoFilter asked={{ filters, choose, query: place }} />
    </>
  );
}
