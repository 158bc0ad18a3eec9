import type { Feature } from "./feature.ts";
import { access } from "./features/access/index.ts";
import { accessCodes } from "./features/access-codes/index.ts";
import { accessPolicies } from "./features/access-policies/index.ts";
import { boxes } from "./features/boxes/index.ts";
import { branches } from "./features/branches/index.ts";
import { channels } from "./features/channels/index.ts";
import { customers } from "./features/customers/index.ts";
import { ingest } from "./features/ingest/index.ts";
import { marks } from "./features/marks/index.ts";
import { profiles } from "./features/profiles/index.ts";
import { retention } from "./features/retention/index.ts";
import { segments } from "./features/segments/index.ts";
import { surveys } from "./features/surveys/index.ts";
import { tenants } from "./features/tenants/index.ts";
import { timeline } from "./features/timeline/index.ts";
import { visits } from "./features/visits/index.ts";

/** What the product consists of, sorted by dependency: each imports only those above it. */
export const features: readonly Feature[] = [
  tenants,
  access,
  branches,
  boxes,
  ingest,
  channels,
  customers,
  marks,
  visits,
  accessPolicies,
  accessCodes,
  surveys,
  segments,
  timeline,
  profiles,
  retention,
];
