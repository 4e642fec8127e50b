/** The public surface of core: everything that another package may use, each export on purpose. */
export { atMost } from "./at-most.ts";
export type { Clock } from "./clock.ts";
export { type ErrorCode, errorTable, FreshetError } from "./errors.ts";
export { type CacheLife, cacheHeaders, cacheLife } from "./http/cache-control.ts";
export { type CacheOutcome, cacheStatus } from "./http/cache-status.ts";
export { isNotModified } from "./http/conditional.ts";
export { attachment, fileNameOf } from "./http/content-disposition.ts";
export { checkReferer } from "./http/referer.ts";
export { cutFoldersTag, shortTags, surrogateTags } from "./http/tags.ts";
export { wantsProblem } from "./http/wants-problem.ts";
export { canonicalPlan } from "./key/canonical.ts";
export { etagOf } from "./key/etag.ts";
export type { HashText } from "./key/hash.ts";
export { requestKey } from "./key/request-key.ts";
export { variantKey } from "./key/variant-key.ts";
export { limits } from "./limits.ts";
export { ops } from "./ops/index.ts";
export type { Note } from "./ops/note.ts";
export type { Op } from "./ops/op.ts";
export type { LayoutPlan } from "./plan/crop-wish.ts";
export {
  type AutoFormat,
  animatedFormats,
  type FormatWish,
  keptFormat,
  mediaTypes,
  type OutputFormat,
  opaqueFormats,
  type SourceFormat,
} from "./plan/formats.ts";
export { focusNeeded, type Layout, makeLayout, outputSize } from "./plan/geometry.ts";
export { type Negotiated, negotiate } from "./plan/negotiate.ts";
export { type MarkPlacement, placeMark } from "./plan/place-mark.ts";
export type {
  AspectRange,
  Backdrop,
  Background,
  Color,
  Compass,
  CornerRadius,
  Fidelity,
  Filter,
  FilterKind,
  Flip,
  FocalPoint,
  Func,
  Gravity,
  Length,
  Margin,
  Plan,
  Point,
  Radius,
  Rectangle,
  Resize,
  Watermark,
} from "./plan/plan.ts";
export { qualityFor } from "./plan/qualities.ts";
export { type Box, rotatedSize, type Size } from "./plan/size.ts";
export { type Source, usedRegion } from "./plan/source.ts";
export { type Compaction, compact } from "./purge/compact.ts";
export { frontTags } from "./purge/front-tags.ts";
export { isFinal, type JobStatus, jobStatuses } from "./purge/job-status.ts";
export { checkLogRow, type LogRow } from "./purge/log-row.ts";
export { picturePath } from "./purge/picture-path.ts";
export { type PathScope, type PurgeApi, type PurgePathReading, readPurgePath } from "./purge/purge-path.ts";
export {
  type Answer,
  type AnswerTo,
  checkAnswer,
  checkQuestion,
  type Question,
  type Rewarmed,
  type Touched,
  type Warmed,
} from "./purge/question.ts";
export { type Invalidation, type InvalidationCall, readInvalidation } from "./purge/read-invalidation.ts";
export { readWarmupUrl, type WarmupUrl } from "./purge/read-warmup.ts";
export { createRegistry, type Registry } from "./purge/registry.ts";
export { judgeStamp, type PurgedAt, type Stamp } from "./purge/stamp.ts";
export { anyTag, readTag, tagsOf } from "./purge/tag.ts";
export { describeTarget, type PurgeMode, type PurgeTarget } from "./purge/target.ts";
export {
  type Erased,
  type ErasedReport,
  type FencePolicy,
  type LogMessage,
  type NodeMessage,
  reachedBy,
  readLogMessage,
  readNodeMessage,
  writeLogMessage,
} from "./purge/wire.ts";
export { type Check, type Readiness, readinessOf } from "./readiness.ts";
export { createRedact } from "./redact.ts";
export { authorizeUrl, type UrlSecurity } from "./request/authorize-url.ts";
export type { Delivery } from "./request/delivery.ts";
export { isWithin } from "./request/host.ts";
export { namedHosts } from "./request/named-hosts.ts";
export type { OriginRef } from "./request/origin-key.ts";
export { type ParsedRequest, parseRequest } from "./request/parse-request.ts";
export { printRequest } from "./request/print/print-request.ts";
export { refuseRedirect } from "./request/refuse-origin.ts";
export { sealUrl } from "./request/seal-url.ts";
export type { Sha1 } from "./request/sha1.ts";
export { type SigningKey, signUrl } from "./request/sign-url.ts";
export {
  type MissingAnswer,
  missingAnswers,
  plainToken,
  type Rule,
  type TokenSettings,
} from "./request/token.ts";
export { looksLikeV6 } from "./request/v6/path-parts.ts";
export { type Translation, translateV6 } from "./request/v6/translate.ts";
export { resolveAddress } from "./request/watermarks.ts";
export { changedSettings } from "./settings/changed-settings.ts";
export { checkSettings } from "./settings/check-settings.ts";
export { headersSetting } from "./settings/headers-setting.ts";
export { loadNamed, type NamedSchemas, namedVariable } from "./settings/load-named.ts";
export { loadSettings, type Schema, type Values } from "./settings/load-settings.ts";
export { ownHosts } from "./settings/own-hosts.ts";
export { positional } from "./settings/positional.ts";
export { type Reload, reloadSettings } from "./settings/reload-settings.ts";
export { choiceSetting, listSetting, numberSetting, type Setting, textSetting } from "./settings/setting.ts";
export { SettingsError, type SettingsSources } from "./settings/settings-error.ts";
export { sharedSettings } from "./settings/shared-settings.ts";
export { settingsSources } from "./settings/sources.ts";
export { addTokenSecrets, saltsSetting, tokenVariable } from "./settings/token-secrets.ts";
export {
  isOneOf,
  isTable,
  isText,
  isTextList,
  isWholeNumber,
  readTable,
  type TableReader,
} from "./settings/token-table.ts";
export { createTokenTable, type TokenTable } from "./settings/tokens.ts";
export { checkUsageReport, type TokenUsage, type UsageReport } from "./usage.ts";
