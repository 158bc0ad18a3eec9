import { type BranchSettings, isAllowedDestination, type PageSettings } from "@foyer/contract";

/**
 * Where a guest is sent on to after access: by the page they came in by, else by the branch. Null:
 * nowhere. The settings were checked when they came; the list is asked again at each use, so that
 * whatever else may have led here sends nobody off it.
 */
export function findLanding(
  { signIn, allowedDestinations }: BranchSettings,
  page: PageSettings | null,
): { url: string; host: string } | null {
  const address = page?.landingUrl === undefined ? signIn.landingUrl : page.landingUrl;
  const url = address === null ? null : URL.parse(address);
  if (address === null || url === null) return null;
  // Settings from before there was a list name the branch's own address alone.
  const isOld = allowedDestinations === undefined && address === signIn.landingUrl;
  if (!isOld && !isAllowedDestination(address, allowedDestinations ?? [])) return null;
  return { url: url.href, host: url.host };
}
