export { choosePage, isPageDue, type PageMoment, type Viewer } from "./page.ts";
export { choosePolicy, type Limits, type LogIn, limitsOf, remainingLimits } from "./policy.ts";
