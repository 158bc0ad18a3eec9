import type { Feature } from "./feature.ts";
import { access } from "./features/access/index.ts";
import { accessCodes } from "./features/access-codes/index.ts";
import { accessPolicies } from "./features/access-policies/index.ts";
import { advertTags } from "./features/advert-tags/index.ts";
import { answerDesk } from "./features/answer-desk/index.ts";
import { audit } from "./features/audit/index.ts";
import { boxes } from "./features/boxes/index.ts";
import { branches } from "./features/branches/index.ts";
import { brandKits } from "./features/brand-kits/index.ts";
import { breakdowns } from "./features/breakdowns/index.ts";
import { cases } from "./features/cases/index.ts";
import { certificates } from "./features/certificates/index.ts";
import { channels } from "./features/channels/index.ts";
import { coupons } from "./features/coupons/index.ts";
import { customerLists } from "./features/customer-lists/index.ts";
import { customers } from "./features/customers/index.ts";
import { help } from "./features/help/index.ts";
import { imports } from "./features/imports/index.ts";
import { ingest } from "./features/ingest/index.ts";
import { marks } from "./features/marks/index.ts";
import { members } from "./features/members/index.ts";
import { operators } from "./features/operators/index.ts";
import { pageTemplates } from "./features/page-templates/index.ts";
import { pages } from "./features/pages/index.ts";
import { places } from "./features/places/index.ts";
import { profiles } from "./features/profiles/index.ts";
import { reports } from "./features/reports/index.ts";
import { retention } from "./features/retention/index.ts";
import { savedReports } from "./features/saved-reports/index.ts";
import { scores } from "./features/scores/index.ts";
import { segments } from "./features/segments/index.ts";
import { signInFunnel } from "./features/sign-in-funnel/index.ts";
import { surveyLinks } from "./features/survey-links/index.ts";
import { surveys } from "./features/surveys/index.ts";
import { tagRules } from "./features/tag-rules/index.ts";
import { tenants } from "./features/tenants/index.ts";
import { timeline } from "./features/timeline/index.ts";
import { upgrades } from "./features/upgrades/index.ts";
import { visits } from "./features/visits/index.ts";
import { webhooks } from "./features/webhooks/index.ts";
import { wifiDesk } from "./features/wifi-desk/index.ts";
import { zaloFollowers } from "./features/zalo-followers/index.ts";

/** What the product consists of, sorted by dependency: each imports only those above it. */
export const features: readonly Feature[] = [
  tenants,
  access,
  help,
  audit,
  branches,
  boxes,
  certificates,
  upgrades,
  ingest,
  operators,
  channels,
  customers,
  marks,
  imports,
  zaloFollowers,
  visits,
  wifiDesk,
  accessPolicies,
  accessCodes,
  surveys,
  cases,
  coupons,
  answerDesk,
  surveyLinks,
  scores,
  members,
  segments,
  tagRules,
  customerLists,
  timeline,
  breakdowns,
  places,
  pages,
  pageTemplates,
  brandKits,
  advertTags,
  profiles,
  reports,
  signInFunnel,
  savedReports,
  webhooks,
  retention,
];
