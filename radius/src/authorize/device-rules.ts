import {
  choosePolicy,
  findDeviceRule,
  isBlocked,
  limitsOf,
  NO_USAGE,
  remainingLimits,
} from "@foyer/admission";
import { isMacAuthentication } from "./access-request.ts";
import { type Asked, type Decision, deviceOf, findDoorFault } from "./authorize.ts";
import { FIRST_TIMER } from "./facts.ts";

/**
 * Whether staff have blocked this device, whatever it could prove. Of a request about a device only
 * the NAS that names it over its secret is told.
 */
export function findBlock({ settings, request, now }: Asked): "blocked" | null {
  const { deviceRules } = settings;
  if (!deviceRules || deviceRules.length === 0) return null;
  const isAboutDevice = isMacAuthentication(request);
  if (isAboutDevice && findDoorFault(request)) return null;
  const mac = isAboutDevice ? deviceOf(request) : request.mac;
  return isBlocked(deviceRules, { mac, now }) ? "blocked" : null;
}

/**
 * Of a device that staff let in by itself, and that passed `findDoorFault`: its policy decides for how
 * long, and it is nobody's. Null: staff say nothing of it.
 */
export function judgeAllowed({ settings, request, now }: Asked): Decision | null {
  const { policies, deviceRules, branch } = settings;
  const rule = findDeviceRule(deviceRules, { mac: deviceOf(request), now });
  if (rule?.kind !== "allow") return null;
  const policy =
    policies.find(({ id }) => id === rule.policyId) ??
    choosePolicy(policies, { method: "returning", ...FIRST_TIMER });
  if (!policy) return { kind: "reject", reason: "no-policy" };
  const question = { policy, usage: NO_USAGE, otherDevices: 0, now, timeZone: branch.timeZone };
  const remaining = remainingLimits(question);
  if (remaining.kind === "refused") return { kind: "reject", reason: remaining.reason };
  const granted = { limits: limitsOf(policy), endsAt: null };
  return { kind: "accept", policyId: policy.id, limits: remaining.limits, granted };
}
