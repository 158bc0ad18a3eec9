import { type ReportFilters, readFilters, writeNarrowing } from "../../../shell/report-filters.ts";
import { useSearchParameters } from "../../../shell/search-parameters.ts";
import { SlotFilter } from "./slot-filter.tsx";
import { WhoFilter } from "./who-filter.tsx";

/** What guests did: at which hours, and of whom, by the address of the page. */
export function NarrowPanel() {
  const asked = useNarrowing();
  return (
    <>
      <SlotFilter {...asked} />
      <WhoFilter asked={asked} />
    </>
  );
}

/** Numbers of customers, whenever and however they came. */
export function NarrowCustomersPanel() {
  const asked = useNarrowing();
  return <WhoFilter asked={asked} isOfCustomers />;
}

function useNarrowing() {
  const { parameters, change } = useSearchParameters();
  const filters = readFilters(parameters);
  const query = {
    ...{ from: parameters.get("from"), to: parameters.get("to") },
    ...{ brandId: parameters.get("brandId"), branchIds: parameters.get("branchId") },
  };
  const choose = (chosen: Partial<ReportFilters>) =>
    change(writeNarrowing({ ...filters, ...chosen }));
  return { filters, choose, query };
}
