export type { Block, BlockContext, ReadFields, SurveyForm } from "./block.ts";
export { COUPON_STYLE } from "./coupon/index.ts";
export { sayPromise } from "./coupon/promise.ts";
export { contrastOf } from "./frame/colours.ts";
export { type ContrastCheck, checkContrast } from "./frame/contrast.ts";
export { directionOf } from "./frame/direction.ts";
export {
  drawLayout,
  drawStyle,
  findPlace,
  inTheme,
  type LayoutValues,
  valuesOfLayout,
} from "./frame/index.ts";
export { chooseText } from "./local-text.ts";
export { namePictures, PICTURE_BYTES_MAX, pathOfPicture } from "./picture.ts";
export {
  type BlockFault,
  listBlockFaults,
  listBlocksUnknownTo,
  PAGE_PICTURE_BYTES_MAX,
  type RenderedBlocks,
  renderBlocks,
  weighPictures,
} from "./render.ts";
export { NETWORKS, withBrandLinks } from "./social/rules.ts";
export { fieldOf, findQuickQuestion, readAnswers } from "./survey/answers.ts";
export { renderQuestions } from "./survey/index.ts";
export { SURVEY_STYLE } from "./survey/style.ts";
export { openTemplates, openWholePages, type Templates } from "./template.ts";
export { type MessageValues, makeTranslator, type Translate, type Words } from "./translate.ts";
export {
  type Asking,
  type AskState,
  CONSENTS_KEY,
  chooseAsking,
  OPTIONAL_PURPOSES,
  USUAL_DETAILS,
} from "./way-in/ask-rules.ts";
export { type CodeView, type SentCode, viewCode } from "./way-in/code.ts";
export { codeWaysOf, offersSms } from "./way-in/code-ways.ts";
export {
  BIRTHDAY_PARTS,
  type DetailFault,
  type DetailsView,
  type DetailValues,
  type ShownDetails,
  viewDetails,
} from "./way-in/details.ts";
export {
  drawCode,
  drawDetails,
  drawFirst,
  drawOnline,
  type FirstPage,
  INERT_STYLE,
  inert,
  WAY_IN_TEMPLATES,
} from "./way-in/index.ts";
export { maskEmail, maskNumber } from "./way-in/mask.ts";
export {
  findLanding,
  type Landing,
  type OnlineView,
  type OwnCouponView,
  sayEnd,
  usuallyLogsOut,
} from "./way-in/online.ts";
export {
  chooseWay,
  type Form,
  hasFaults,
  offersAccessCode,
  phoneExampleOf,
  readOfferedWays,
  viewAccessCodeForm,
  viewReturning,
  viewSignIn,
  type WayInFaults,
  type WayInView,
} from "./way-in/rules.ts";
export {
  type Choice,
  findText,
  listChoices,
  type ShownText,
  tickNameOf,
  tickValueOf,
  viewTick,
} from "./way-in/texts.ts";
export {
  localeOf,
  type Onward,
  type SayWayIn,
  sayerOf,
  WAY_IN_WORDS,
  type WayInKey,
} from "./way-in/words.ts";
