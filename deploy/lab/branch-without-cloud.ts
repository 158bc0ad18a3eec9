import { applySettings } from "@foyer/branch-store";
import { makeBoxKey } from "@foyer/sync-agent";
import { labBranch, labNas } from "./box.ts";
import { type Lab, openLab } from "./lab.ts";

/** A box that was enrolled by nobody, and that no cloud knows. */
export const LONE_BOX = {
  tenantId: "01990000-0000-7000-8000-000000000001",
  branchId: "01990000-0000-7000-8000-000000000002",
  boxId: "01990000-0000-7000-8000-000000000003",
  // Nobody listens there: the box has no cloud.
  cloudUrl: "http://127.0.0.1:9",
  boxKey: makeBoxKey(),
};

/** A branch with an openNDS gateway, whose box has its settings and no cloud in reach. */
export function openBranchWithoutCloud(fasLevel: 1 | 2 | 3): Promise<Lab> {
  return openLab({
    fasLevel,
    enrol: async () => LONE_BOX,
    settle: async (network, box) => {
      const document = labBranch(LONE_BOX.branchId, labNas(network, fasLevel));
      const settings = { ...document, version: 1, tenantId: LONE_BOX.tenantId };
      box.store.transaction((tx) => applySettings(tx, settings));
      return null;
    },
  });
}
